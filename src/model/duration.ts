/** Milliseconds in one of each unit that a duration may be written in. */
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `10s`, `1m30s`, `2h`, `500ms`; units from large to small, each at most once. */
const DURATION = /^(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/;

/**
 * Reads a duration as people write it.
 *
 * @returns milliseconds, or `undefined` where the text is no duration (`5 minutes`, `10`, `s`)
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text.trim());
  if (!match || text.trim() === '') return undefined;
  const [, d, h, m, s, ms] = match;
  const parts = [
    [d, UNIT_MS.d],
    [h, UNIT_MS.h],
    [m, UNIT_MS.m],
    [s, UNIT_MS.s],
    [ms, UNIT_MS.ms],
  ] as const;
  return Math.round(parts.reduce((sum, [amount, unit]) => sum + Number(amount ?? 0) * unit, 0));
}

/** `250ms`, `9.5s`, `2m30s`, `1h5m`: at most two units, and one decimal below ten seconds. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < UNIT_MS.s) return `${Math.round(ms)}ms`;
  if (ms < 10 * UNIT_MS.s) return `${Number((ms / UNIT_MS.s).toFixed(1))}s`;
  const seconds = Math.round(ms / UNIT_MS.s);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return joinUnits([Math.floor(seconds / 60), 'm'], [seconds % 60, 's']);
  return joinUnits([Math.floor(seconds / 3_600), 'h'], [Math.floor((seconds % 3_600) / 60), 'm']);
}

function joinUnits(...parts: readonly (readonly [number, string])[]): string {
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join('');
}
