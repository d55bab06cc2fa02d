/** A moment on the clocks of a place. */
export interface LocalTime {
  /** 0 is Sunday. */
  readonly day: number;
  /** From midnight, 0..1439. */
  readonly minute: number;
  /** `2026-11-20` */
  readonly date: string;
}

/** Days of the week by their short names, from Sunday. */
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** Whether a name is one of the IANA time zone database, `America/New_York` or `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    // an offset is taken by newer engines only, and knows no summer time
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

/**
 * What clocks and calendars say in a time zone.
 *
 * @param ms - since the epoch
 * @throws RangeError for a time zone that does not exist
 */
export function localTime(ms: number, timeZone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return {
    day: DAYS.findIndex((day) => day === part('weekday').toLowerCase()),
    minute: Number(part('hour')) * 60 + Number(part('minute')),
    date: `${part('year')}-${part('month')}-${part('day')}`,
  };
}
