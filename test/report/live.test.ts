import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent, RunEventBody } from '../../src/model/run.js';
import { createView, type View, type ViewOptions } from '../../src/report/live.js';
import { widthOf } from '../../src/report/lines.js';
import { HOSTILE } from './samples.js';
import { screenAfter } from './screen.js';

const SLI = { id: 'starts', title: 'Stream starts', unit: 'percent', expect: '>= 99%', breach: '< 97%' };

function at(seconds: number, body: RunEventBody): RunEvent {
  return { at: new Date(Date.UTC(2025, 5, 1, 19) + seconds * 1_000).toISOString(), ...body };
}

function started(over: Partial<Extract<RunEventBody, { type: 'run-started' }>> = {}): RunEvent {
  return at(0, {
    type: 'run-started',
    run: 'r1',
    experiment: 'chaos-kong',
    hypothesis: 'Members keep streaming.',
    on: 'sim',
    where: 'the simulated world',
    changes: 5,
    slis: [SLI],
    ...over,
  });
}

function reading(seconds: number, value: number | null, verdict: 'ok' | 'off' | 'breach' | 'missing'): RunEvent {
  const periodStart = at(seconds - 10, { type: 'phase', phase: 'method' }).at;
  return at(seconds, { type: 'sli', sli: 'starts', series: 'us-west-2', periodStart, value, verdict });
}

function readingOf(name: string): RunEvent {
  return at(10, { type: 'sli', sli: name, series: name, periodStart: '', value: 1, verdict: 'ok' });
}

interface Shown {
  readonly view: View;
  readonly out: () => string;
  readonly lines: () => readonly string[];
}

const open: View[] = [];

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

function show(options: Partial<ViewOptions> & Screen = {}): Shown {
  const { isTTY = false, columns = 100, rows = 30, ...rest } = options;
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), isTTY, columns, rows };
  let ms = 0;
  const view = createView({ stream, colour: false, quiet: false, verbose: false, clock: () => (ms += 1_000), ...rest });
  open.push(view);
  return { view, out: () => written.join(''), lines: () => written.join('').split('\n').slice(0, -1) };
}

/** A terminal on which the block is drawn. */
async function showLive(options: Parameters<typeof show>[0] = {}): Promise<Shown> {
  const shown = show({ isTTY: true, ...options });
  shown.view.event(started());
  await vi.waitFor(() => expect(shown.out()).toContain('\u001b[?25l'), { timeout: 5_000 });
  return shown;
}

afterEach(() => {
  open.splice(0).forEach((view) => view.close());
});

describe('a view off a terminal', () => {
  it('tells nothing but warnings when quiet', () => {
    const { view, lines } = show({ quiet: true });
    view.event(started());
    view.event(reading(10, 96, 'breach'));
    view.event(at(11, { type: 'warning', message: 'the SLIs could not be read' }));
    view.event(at(12, { type: 'run-ended', outcome: 'held', summary: 'HELD', exitCode: 0 }));
    expect(lines()).toEqual(['  00:11  warning: the SLIs could not be read']);
  });

  it('goes on when its stream breaks', () => {
    const stream = {
      write: () => {
        throw new Error('EPIPE');
      },
    };
    const { view } = show({ stream });
    expect(() => view.event(started())).not.toThrow();
    expect(() => view.close()).not.toThrow();
  });

  it('takes an event without a time', () => {
    const { view, lines } = show();
    view.event({ ...started(), at: 'whenever' });
    expect(lines()[0]).toBe('  --:--  chaos-kong in the simulated world');
  });

  it('tells what matters, one line each, by the time of the run', () => {
    const { view, lines } = show();
    view.event(started());
    view.event(at(0, { type: 'phase', phase: 'gates' }));
    view.event(at(0, { type: 'gate', name: 'a', passed: true, message: 'fine' }));
    view.event(at(0, { type: 'gate', name: 'b', passed: false, message: 'too wide' }));
    view.event(at(1, { type: 'baseline', sli: 'starts', series: 'us-west-2', mean: 99.5, points: 30 }));
    view.event(at(2, { type: 'step', index: 1, of: 3, title: 'region-dark' }));
    view.event(at(3, { type: 'changes', direction: 'apply', done: 2, of: 5, title: 'region-dark' }));
    view.event(at(4, { type: 'changes', direction: 'apply', done: 5, of: 5, title: 'region-dark' }));
    view.event(
      at(170, {
        type: 'stopping',
        reason: {
          kind: 'breach',
          sli: 'starts',
          series: 'us-west-2',
          value: 96.1,
          breach: '< 97%',
          at: '2025-06-01T19:02:50.000Z',
        },
      }),
    );
    view.event(at(175, { type: 'restored', restored: 5, conflicts: 1, remaining: 0 }));
    view.event(at(3_728, { type: 'run-ended', outcome: 'aborted', summary: 'ABORTED  chaos-kong: x', exitCode: 1 }));
    expect(lines()).toEqual([
      '  00:00  chaos-kong in the simulated world',
      '  00:00  run r1, 5 changes planned: Members keep streaming.',
      '  00:00  checking the gates',
      '  00:00  ✗ b: too wide',
      '  00:01  Stream starts us-west-2 99.5 % before',
      '  00:02  step 1 of 3: region-dark',
      '  00:04  changed 5 of 5 region-dark',
      '  02:50  stopping: starts 96.1 % < 97 % in us-west-2 at 19:02:50',
      '  02:55  5 attributes as before, 1 changed by someone else and left alone',
      '1:02:08  ABORTED  chaos-kong: x',
    ]);
  });

  it('tells a reading when its verdict changes, and else once a minute', () => {
    const { view, lines } = show();
    view.event(started());
    for (let seconds = 10; seconds <= 130; seconds += 10) view.event(reading(seconds, 99.5, 'ok'));
    view.event(reading(140, 98, 'off'));
    view.event(reading(150, 96, 'breach'));
    view.event(reading(160, null, 'missing'));
    expect(lines().slice(2)).toEqual([
      '  00:10  ✓ Stream starts us-west-2 99.5 % ok (expect >= 99%, abort < 97%)',
      '  01:10  ✓ Stream starts us-west-2 99.5 % ok (expect >= 99%, abort < 97%)',
      '  02:10  ✓ Stream starts us-west-2 99.5 % ok (expect >= 99%, abort < 97%)',
      '  02:20  ~ Stream starts us-west-2 98 % off (expect >= 99%, abort < 97%)',
      '  02:30  ✗ Stream starts us-west-2 96 % BREACH (expect >= 99%, abort < 97%)',
      '  02:40  ? Stream starts us-west-2 no data NO DATA (expect >= 99%, abort < 97%)',
    ]);
  });
});

describe('a line off a terminal', () => {
  it.each(HOSTILE)('tells one harmless line for a warning with %j', (message) => {
    const { view, out } = show();
    view.event(at(0, { type: 'warning', message }));
    expect(out().slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

  it('uses no escape sequence without colour', () => {
    const { view, out } = show();
    view.event(started());
    view.event(reading(10, 96, 'breach'));
    expect(out()).not.toContain('\u001b');
  });
});

describe('a view on a terminal', () => {
  it('prints lines while it is not ready, and nothing that moves after it was closed', async () => {
    const { view, out, lines } = show({ isTTY: true });
    view.event(started());
    view.close();
    await import('ora');
    await Promise.resolve();
    view.event(at(1, { type: 'warning', message: 'late' }));
    expect(out()).not.toContain('\u001b');
    expect(lines()).toEqual([
      '  00:00  chaos-kong in the simulated world',
      '  00:00  run r1, 5 changes planned: Members keep streaming.',
      '  00:01  warning: late',
    ]);
  });

  it('shows phase, time, readings and counters in a block below the log', async () => {
    const { view, out } = await showLive();
    view.event(at(2, { type: 'phase', phase: 'method' }));
    view.event(at(2, { type: 'step', index: 1, of: 3, title: 'region-dark' }));
    view.event(at(4, { type: 'changes', direction: 'apply', done: 5, of: 5, title: 'region-dark' }));
    for (const [index, value] of [99.5, 99, 98, 97.5].entries()) {
      view.event(reading(10 + index * 10, value, value >= 99 ? 'ok' : 'off'));
    }
    await vi.waitFor(
      () =>
        expect(screenAfter(out()).map((line) => line.replace(/^[⠀-⣿-]/u, '*'))).toEqual([
          '  00:00  chaos-kong in the simulated world',
          '  00:00  run r1, 5 changes planned: Members keep streaming.',
          '  00:02  running the method',
          '  00:02  step 1 of 3: region-dark',
          '*  00:40  chaos-kong  step 1 of 3, region-dark',
          '  ~  Stream starts  us-west-2  97.5 %  (expect >= 99%, abort < 97%)  █▇▃▁',
          '  changes 5 of 5 made, 0 put back',
        ]),
      { timeout: 5_000 },
    );
  });

  it('leaves nothing but the log, and the cursor, when it is closed', async () => {
    const { view, out } = await showLive();
    view.event(reading(10, 96, 'breach'));
    view.event(at(11, { type: 'warning', message: 'careful' }));
    view.close();
    view.close();
    expect(screenAfter(out())).toEqual([
      '  00:00  chaos-kong in the simulated world',
      '  00:00  run r1, 5 changes planned: Members keep streaming.',
      '  00:11  warning: careful',
    ]);
    expect(out().lastIndexOf('\u001b[?25h')).toBeGreaterThan(out().lastIndexOf('\u001b[?25l'));
  });
});

describe('the block on a terminal', () => {
  it('keeps every line of the block within the width, so that none wraps', async () => {
    const { view, out } = await showLive({ columns: 40 });
    view.event(reading(10, 96, 'breach'));
    await vi.waitFor(() => expect(out()).toContain('96 %'), { timeout: 5_000 });
    const block = screenAfter(out()).slice(2);
    expect(block.length).toBeGreaterThan(2);
    expect(Math.max(...block.map(widthOf))).toBeLessThanOrEqual(40);
  });

  it('keeps the block within the height', async () => {
    const { view, out } = await showLive({ rows: 10 });
    for (let index = 0; index < 50; index++) view.event(readingOf(`sli-${index}`));
    await vi.waitFor(() => expect(out()).toContain('… and 44 more'), { timeout: 5_000 });
    expect(screenAfter(out()).slice(2)).toHaveLength(9);
  });

  it('does not compose the block anew for every event', async () => {
    const composed = vi.fn(() => 0);
    const { view } = await showLive({ clock: composed });
    const before = composed.mock.calls.length;
    for (let seconds = 0; seconds < 5_000; seconds++) view.event(reading(seconds, 99.5, 'ok'));
    expect(composed.mock.calls.length - before).toBeLessThan(10);
  });

  it('is a plain view when quiet', () => {
    const { view, out } = show({ isTTY: true, quiet: true });
    view.event(started());
    view.event(at(1, { type: 'warning', message: 'careful' }));
    expect(out()).toBe('  00:01  warning: careful\n');
  });

  it('shows hostile names harmlessly', async () => {
    const { view, out } = await showLive();
    for (const name of HOSTILE) view.event(readingOf(name));
    await vi.waitFor(() => expect(out()).toContain('\\u202e'), { timeout: 5_000 });
    expect(() => screenAfter(out())).not.toThrow();
    expect(out()).not.toContain('\u001b[2J');
  });
});
