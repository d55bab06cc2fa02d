import type { RunEvent } from '../model/run.js';
import { EventLines } from './event-lines.js';
import { drawLines, type Line } from './lines.js';
import { blockLines } from './live-block.js';
import { NO_PROGRESS } from './progress.js';
import { columnsOf, REDRAW_MS, startSpinner, type OutputStream, type Spinner } from './spinner.js';

/** Shows a run while it goes on. */
export interface View {
  /** Takes the next event. Never throws: what can't be shown must not stop a rollback. */
  event(event: RunEvent): void;
  /** Removes what moves; to be called at the end, or the process stays alive. What comes later is printed as a line. */
  close(): void;
}

/** Where a view is shown, and how much of it. */
export interface ViewOptions {
  readonly stream: OutputStream;
  readonly colour: boolean;
  /** Nothing but warnings. */
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Real milliseconds, for the rate of drawing; the times that are shown are the events' own. */
  readonly clock: () => number;
}

/** Lines of a terminal that does not say how many it has. */
const ROWS = 24;

/** What ora puts before the first line of the block. */
const SPINNER_WIDTH = 3;

/** A little less than the time between two frames, so that each frame is composed anew. */
const DRAWN_FOR_MS = REDRAW_MS * 0.9;

/**
 * A live block with a log above it on a terminal; off it, or when quiet, one plain line for each event that matters.
 */
export function createView(options: ViewOptions): View {
  const terminal = options.stream.isTTY === true && !options.quiet;
  return terminal ? new TerminalView(options) : new PlainView(options);
}

class PlainView implements View {
  private readonly options: ViewOptions;
  private readonly lines: EventLines;

  constructor(options: ViewOptions) {
    this.options = options;
    this.lines = new EventLines(NO_PROGRESS, { terminal: false, quiet: options.quiet, verbose: options.verbose });
  }

  event(event: RunEvent): void {
    safely(() => print(this.lines.after(event), this.options));
  }

  close(): void {
    // nothing moves
  }
}

class TerminalView implements View {
  private readonly options: ViewOptions;
  private readonly lines: EventLines;
  private spinner: Spinner | undefined;
  private starting = false;
  private closed = false;
  private drawn = '';
  private drawnAtMs = -Infinity;

  constructor(options: ViewOptions) {
    this.options = options;
    this.lines = new EventLines(NO_PROGRESS, { terminal: true, quiet: false, verbose: options.verbose });
  }

  event(event: RunEvent): void {
    safely(() => {
      const lines = this.lines.after(event);
      this.start();
      if (this.spinner && lines.length > 0) this.spinner.write(drawLines(lines, this.options));
      else print(lines, this.options);
    });
  }

  close(): void {
    this.closed = true;
    safely(() => this.spinner?.stop());
    this.spinner = undefined;
  }

  /** In the background: until ora is there, and where it can't be had, lines are printed as they come. */
  private start(): void {
    if (this.starting || this.closed) return;
    this.starting = true;
    const { stream, colour } = this.options;
    startSpinner(stream, { colour, block: () => this.block(), wanted: () => !this.closed }).then((spinner) => {
      this.spinner = spinner;
    }, () => undefined);
  }

  /** Asked at every frame and after every line; composed ten times a second at most. */
  private block(): string {
    const now = this.options.clock();
    if (now - this.drawnAtMs < DRAWN_FOR_MS) return this.drawn;
    this.drawnAtMs = now;
    safely(() => {
      this.drawn = this.composed();
    });
    return this.drawn;
  }

  private composed(): string {
    const { stream, colour } = this.options;
    const width = columnsOf(stream) - SPINNER_WIDTH - 1;
    return drawLines(blockLines(this.lines.progress, (stream.rows ?? ROWS) - 1), { colour, width }).trimEnd();
  }
}

function print(lines: readonly Line[], { stream, colour }: ViewOptions): void {
  if (lines.length > 0) stream.write(drawLines(lines, { colour }));
}

function safely(act: () => void): void {
  try {
    act();
  } catch {
    // a view that can't be drawn is no reason to stop a drill, least of all in its rollback
  }
}
