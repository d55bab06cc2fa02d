/** Units that are written shorter than they are named; any other is written as it is. */
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['percent', '%'],
  ['milliseconds', 'ms'],
  ['seconds', 's'],
  ['microseconds', 'µs'],
  ['count', ''],
  ['ratio', ''],
  ['none', ''],
]);

/**
 * A measured value as a person reads it: `99.5 %`, `280 ms`, `no data`.
 *
 * @param value - in the unit; null where nothing was measured, which never reads as a number
 */
export function quantityText(value: number | null, unit: string): string {
  if (value === null) return 'no data';
  const symbol = SYMBOLS.get(unit.toLowerCase()) ?? unit;
  return symbol === '' ? numberText(value) : `${numberText(value)} ${symbol}`;
}

/** As many digits as matter, and no zeros at the end. Just below 100 three decimals: availability is judged there. */
function numberText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0) return String(value);
  if (size < 1) return String(Number(value.toPrecision(2)));
  if (size >= 99.9 && size < 100) return String(Number(value.toFixed(3)));
  return String(Number(value.toFixed(size >= 1_000 ? 0 : 2)));
}
