import type { CommonOptions } from './options.js';
import type { Outside } from './wire.js';

/** Whether text for a stream may be coloured: NO_COLOR and what is no terminal are obeyed. */
export function colourFor(
  stream: 'stdout' | 'stderr',
  options: CommonOptions,
  { machine, terminal }: Outside,
): boolean {
  const isTty = stream === 'stdout' ? terminal.stdoutIsTty : terminal.stderrIsTty;
  return options.color && isTty && !machine.env.NO_COLOR;
}

/** How wide the terminal is, for what is fitted into it. */
export function columnsOf({ terminal }: Outside): { readonly width?: number } {
  return terminal.columns === undefined ? {} : { width: terminal.columns };
}
