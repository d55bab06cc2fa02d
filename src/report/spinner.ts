import readline from 'node:readline';
import { Writable } from 'node:stream';

/** What a view writes to: `process.stderr`, or anything that takes text. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** A block at the bottom of a terminal that is drawn again and again, with permanent lines above it. */
export interface Spinner {
  /** Writes lines above the block. */
  write(text: string): void;
  /** Removes the block and gives the cursor back. */
  stop(): void;
}

/** What a spinner shows. */
export interface SpinnerOptions {
  readonly colour: boolean;
  /** What to show now; asked at every frame. */
  readonly block: () => string;
  /** Asked once, when ora is there: by then the run may be over. */
  readonly wanted: () => boolean;
}

/** How often the block is drawn, in real milliseconds. */
export const REDRAW_MS = 100;

/**
 * Starts ora, which is loaded only now: it costs 40 ms. Ctrl-C stays a signal, since standard input is not touched.
 *
 * @returns undefined where it is no longer wanted
 */
export async function startSpinner(stream: OutputStream, options: SpinnerOptions): Promise<Spinner | undefined> {
  const { colour, block, wanted } = options;
  const { default: ora } = await import('ora');
  if (!wanted()) return undefined;
  const spinner = ora({
    stream: new TerminalStream(stream),
    text: '',
    suffixText: block,
    color: colour ? 'cyan' : false,
    interval: REDRAW_MS,
    discardStdin: false,
    hideCursor: true,
    isEnabled: true,
  });
  spinner.start();
  return {
    write: (text) => {
      spinner.clear();
      stream.write(text);
      spinner.render();
    },
    stop: () => void spinner.stop(),
  };
}

/**
 * The terminal as ora wants it, on top of anything that takes text. A terminal that has gone away is no reason to stop
 * a drill.
 */
class TerminalStream extends Writable {
  readonly isTTY = true;
  private readonly stream: OutputStream;

  constructor(stream: OutputStream) {
    super({ decodeStrings: false });
    this.stream = stream;
  }

  get columns(): number {
    return columnsOf(this.stream);
  }

  get rows(): number | undefined {
    return this.stream.rows;
  }

  cursorTo(x: number): boolean {
    return readline.cursorTo(this, x);
  }

  moveCursor(dx: number, dy: number): boolean {
    return readline.moveCursor(this, dx, dy);
  }

  clearLine(direction: readline.Direction): boolean {
    return readline.clearLine(this, direction);
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    try {
      this.stream.write(String(chunk));
    } catch {
      // nobody is looking any more
    }
    done();
  }
}

/** Columns of a terminal; 80 where it does not say. */
export function columnsOf({ columns }: OutputStream): number {
  return columns !== undefined && columns > 0 ? columns : 80;
}
