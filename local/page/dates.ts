/** Where and for whom dates are written. */
export interface Reader {
  /** The present, for "today" and "ago". */
  readonly now: Date;
  /** BCP 47 locale; the runtime's own when absent. */
  readonly locale?: string;
  /** IANA time zone; the runtime's own when absent. */
  readonly timeZone?: string;
}

const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric' };
const shortDay: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };

/** Slack's templates (https://docs.slack.dev/messaging/formatting-message-text#date-formatting). */
const templates: Readonly<Record<string, (date: Date, reader: Reader) => string>> = {
  date: (date, reader) => format(date, reader, day),
  date_pretty: (date, reader) => relativeDay(date, reader) ?? format(date, reader, day),
  date_short: (date, reader) => format(date, reader, shortDay),
  date_short_pretty: (date, reader) => relativeDay(date, reader) ?? format(date, reader, shortDay),
  date_long: (date, reader) => format(date, reader, { weekday: 'long', ...day }),
  date_long_pretty: (date, reader) =>
    relativeDay(date, reader) ?? format(date, reader, { weekday: 'long', ...day }),
  date_num: (date, reader) =>
    format(date, reader, { day: '2-digit', month: '2-digit', year: 'numeric' }),
  time: (date, reader) => format(date, reader, { hour: 'numeric', minute: '2-digit' }),
  time_secs: (date, reader) =>
    format(date, reader, { hour: 'numeric', minute: '2-digit', second: '2-digit' }),
};

/**
 * Writes a Slack date for its reader.
 *
 * @param seconds - Unix time in seconds
 * @param template - Slack's template, such as `{date_short_pretty} {time}`
 * @returns null when the time or the template is not understood: show the fallback then
 */
export function writeSlackDate(seconds: number, template: string, reader: Reader): string | null {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime()) || template === '') return null;
  let understood = true;
  const written = template.replaceAll(/\{([a-z_]+)\}/g, (whole, name: string) => {
    const write = templates[name];
    if (write === undefined) understood = false;
    return write?.(date, reader) ?? whole;
  });
  return understood ? written.charAt(0).toUpperCase() + written.slice(1) : null;
}

/** The day of a message as the separator between days names it: Today, Yesterday, or the date. */
export function nameDay(date: Date, reader: Reader): string {
  const name = relativeDay(date, reader);
  if (name !== null) return name.charAt(0).toUpperCase() + name.slice(1);
  return format(date, reader, { weekday: 'long', ...day });
}

function relativeDay(date: Date, reader: Reader): string | null {
  const sameDay = (other: Date): boolean =>
    format(date, reader, shortDay) === format(other, reader, shortDay);
  const dayMs = 24 * 60 * 60 * 1000;
  if (sameDay(reader.now)) return 'today';
  if (sameDay(new Date(reader.now.getTime() - dayMs))) return 'yesterday';
  if (sameDay(new Date(reader.now.getTime() + dayMs))) return 'tomorrow';
  return null;
}

function format(date: Date, reader: Reader, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(reader.locale, {
    ...options,
    ...(reader.timeZone !== undefined && { timeZone: reader.timeZone }),
  }).format(date);
}
