/**
 * A moment as ISO 8601 UTC with milliseconds, `2026-09-21T14:13:00.000Z`: the one form in which times
 * are kept, compared (as text: the form sorts by time) and answered.
 */
export type IsoTime = string;

/** Tells the time. Injected everywhere, so that tests and simulations own it. */
export type Clock = () => Date;

/** Years before 0 and after 9999 have a sign and six digits (ECMA-262, date time string format). */
const isoForm = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Whether a text is a moment in the one form that {@link IsoTime} has. */
export function isIsoTime(text: string): boolean {
  return isoForm.test(text) && !Number.isNaN(Date.parse(text));
}

/** `time` moved by `ms` milliseconds. */
export function plus(time: IsoTime, ms: number): IsoTime {
  return new Date(Date.parse(time) + ms).toISOString();
}

/** Milliseconds from `from` to `to`; negative when `to` is earlier. */
export function elapsed(from: IsoTime, to: IsoTime): number {
  return Date.parse(to) - Date.parse(from);
}

/** The later of the given times; `null`s are passed over. */
export function latest(first: IsoTime, ...others: readonly (IsoTime | null)[]): IsoTime {
  return others.reduce<IsoTime>(
    (late, time) => (time !== null && time > late ? time : late),
    first,
  );
}

/**
 * Reads a date-time of a foreign system (ARM sends seven fractional digits) as {@link IsoTime};
 * `null` when it is absent or no date.
 */
export function toIsoTime(text: unknown): IsoTime | null {
  if (typeof text !== 'string' || text.length > 64) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** A length of time as a person says it: `45 s`, `18 min`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(hours, 'h', minutes % 60, 'min');
  return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;
}
