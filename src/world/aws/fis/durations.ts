const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** An ISO 8601 duration of days, hours, minutes and seconds, in milliseconds; undefined: it is none. */
export function durationMs(text: string): number | undefined {
  const found = DURATION.exec(text);
  if (!found || text === 'P' || text.endsWith('T')) return undefined;
  const parts = found.slice(1).map((part: string | undefined) => Number(part ?? 0));
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}
