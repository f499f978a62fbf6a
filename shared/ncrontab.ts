import { Cron } from 'croner';

/** Names of months and days as NCRONTAB takes them, in the form that croner shares. */
const names =
  /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)\b/gi;

/**
 * The occurrences of an NCRONTAB schedule of six fields, in UTC: both kinds of day must match, and `5/15`
 * means from 5 to the end.
 * @throws when it is no schedule
 */
export function occurrences(schedule: string): Cron {
  return new Cron(schedule, { paused: true, domAndDow: true, sloppyRanges: true, utcOffset: 0 });
}

/**
 * Whether a text is a schedule as the Functions host reads it, and ever fires: six fields, without what only
 * croner knows (`? L W #`, Sunday as 7).
 */
export function isNcrontab(schedule: string): boolean {
  const fields = schedule.replace(names, '1').split(/\s+/);
  if (fields.length !== 6 || !fields.every((field) => /^[\d*/,-]+$/.test(field))) return false;
  if (/(?<![\d/])7/.test(fields[5] ?? '')) return false;
  try {
    return occurrences(schedule).nextRun() !== null;
  } catch {
    return false;
  }
}
