const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * Values as one row of bars between their least and their greatest; a gap is a space. The scale is the row's own: it
 * shows the shape, not the size.
 *
 * @param values - oldest first; null or not finite: a gap
 */
export function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter(isKnown);
  const least = Math.min(...known);
  const span = Math.max(...known) - least;
  return values.map((value) => (isKnown(value) ? barOf(span === 0 ? 0 : (value - least) / span) : ' ')).join('');
}

function isKnown(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** @param share - 0..1 */
function barOf(share: number): string {
  return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? '▁';
}
