/**
 * A moment as ISO 8601 UTC with milliseconds, `2026-09-21T14:13:00.000Z`: the one form in which times
 * are kept, compared (as text: the form sorts by time) and answered.
 */
export type IsoTime = string;

/** Gives the time. Injected everywhere, so that tests and simulations own it. */
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

/** The earlier of two times. */
export function earlier(a: IsoTime, b: IsoTime): IsoTime {
  return a < b ? a : b;
}

/** No two clocks that write to one store differ by more, in milliseconds. */
export const clocksDifferMs = 60_000;

/**
 * Whether a stored time can be true: it is ahead of `now` by no more than what the code adds to the time at which it
 * writes. Everything else was written by a clock that was wrong, and nobody waits for that.
 *
 * @param aheadMs the most that is added to the present when it is written
 */
export function isCredible(time: IsoTime, now: IsoTime, aheadMs: number): boolean {
  return time <= plus(now, aheadMs);
}

/** Azure Resource Manager is of 2014: an earlier time is an unset one, whatever stands for it (year 1, 1601, 1970). */
const earliest: IsoTime = '2014-01-01T00:00:00.000Z';
/** Clocks and zones differ by less than this. */
const mostAheadMs = 24 * 3_600_000;

/** A time of Azure as it can be; `null` when it is before 2014 or more than a day after `now`: such a time is unset. */
export function believable(time: IsoTime | null, now: IsoTime): IsoTime | null {
  return time !== null && time >= earliest && elapsed(now, time) <= mostAheadMs ? time : null;
}

/**
 * Date and time as services write them: with `T` or blanks between, and with a zone or without. Go adds the zone's name
 * (`+0000 UTC`).
 */
const foreignForm =
  /^(\d{4}-\d\d-\d\d)(?:T| +)(\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)? *(?:(Z|UTC|GMT)|([+-]\d\d):?(\d\d)?(?: +[A-Z]{3,5})?)?$/i;
/** As in headers of HTTP: `Thu, 13 Jul 2023 06:10:30 GMT`. */
const httpForm = /^[a-z]{3}, \d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d GMT$/i;

/**
 * Reads a date-time of a foreign system (ARM sends seven fractional digits) as {@link IsoTime}. One without a zone is
 * UTC, wherever the app runs. `null` when it is absent, no date, or not {@link believable}.
 */
export function toIsoTime(text: unknown, now: IsoTime): IsoTime | null {
  if (typeof text !== 'string' || text.length > 64) return null;
  const given = text.trim();
  if (httpForm.test(given)) return momentOf(given, now);
  const match = foreignForm.exec(given);
  if (match === null) return null;
  const [, date, minute, second = '00', fraction = '', , hours, minutes = '00'] = match;
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  return momentOf(`${date}T${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`, now);
}

function momentOf(text: string, now: IsoTime): IsoTime | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : believable(new Date(ms).toISOString(), now);
}

/**
 * A length of time as a person says it: `45 s`, `18 min`, `2 h 5 min`, `3 d 4 h`. Rounded to the last unit
 * that is shown; with days, hours are rounded down.
 */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(hours, 'h', minutes % 60, 'min');
  return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;
}
