import { describe, expect, it } from 'vitest';
import { parseNcrontab } from '../../../local/host/ncrontab.ts';

function occurrences(expression: string, count: number): string[] {
  const schedule = parseNcrontab(expression);
  const found: string[] = [];
  for (
    let at = new Date('2026-01-01T00:00:00Z'); // a Thursday
    found.length < count;
  ) {
    at = schedule.next(at);
    found.push(at.toISOString().replace('.000', ''));
  }
  return found;
}

describe('parseNcrontab', () => {
  it.each([
    ['seconds in steps', '*/30 * * * * *', ['2026-01-01T00:00:30Z', '2026-01-01T00:01:00Z']],
    [
      'five fields, without seconds',
      '*/5 * * * *',
      ['2026-01-01T00:05:00Z', '2026-01-01T00:10:00Z'],
    ],
    [
      'a step from a value to the end',
      '0 20/25 * * * *',
      ['2026-01-01T00:20:00Z', '2026-01-01T00:45:00Z'],
    ],
    ['a stepped range', '0 0 1-6/3 * * *', ['2026-01-01T01:00:00Z', '2026-01-01T04:00:00Z']],
    [
      'a range that is written backwards',
      '0 0 4-3 * * *',
      ['2026-01-01T03:00:00Z', '2026-01-01T04:00:00Z'],
    ],
    ['a list', '0 0 5,3 * * *', ['2026-01-01T03:00:00Z', '2026-01-01T05:00:00Z']],
    [
      'a month by the beginning of its name',
      '0 0 0 1 Mar *',
      ['2026-03-01T00:00:00Z', '2027-03-01T00:00:00Z'],
    ],
    [
      'days of the week by name',
      '0 0 0 * * sat,SUNDAY',
      ['2026-01-03T00:00:00Z', '2026-01-04T00:00:00Z'],
    ],
    [
      'both kinds of day at once',
      '0 0 0 13 * Fri',
      ['2026-02-13T00:00:00Z', '2026-03-13T00:00:00Z'],
    ],
    ['a leap day', '0 0 0 29 2 *', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']],
  ])('understands %s', (_, expression, expected) => {
    expect(occurrences(expression, 2)).toEqual(expected);
  });

  it.each([
    ['a question mark', '0 0 0 ? * *'],
    ['the last day', '0 0 0 L * *'],
    ['the nearest weekday', '0 0 0 15W * *'],
    ['the nth weekday', '0 0 0 * * 5#2'],
    ['a nickname', '@daily'],
    ['Sunday as 7', '0 0 0 * * 7'],
    ['a value out of range', '60 * * * * *'],
    ['a range out of range', '0 0 20-24 * * *'],
    ['an empty item', '0 1,,2 * * * *'],
    ['a double range', '0 1-2-3 * * * *'],
    ['a step that is no number', '0 */x * * * *'],
    ['a name of another field', '0 0 0 * mon *'],
    ['seven fields', '0 0 0 1 1 * 2026'],
    ['four fields', '* * * *'],
    ['nothing', ''],
    ['a day that never comes', '0 0 0 30 2 *'],
  ])('refuses %s', (_, expression) => {
    expect(() => parseNcrontab(expression)).toThrow(/valid|fields|never/);
  });

  it('never gives the time it starts from, and ignores fractions of a second', () => {
    const schedule = parseNcrontab('* * * * * *');
    expect(schedule.next(new Date('2026-01-01T00:00:00.999Z'))).toEqual(
      new Date('2026-01-01T00:00:01Z'),
    );
    expect(schedule.next(new Date('2026-01-01T00:00:01Z'))).toEqual(
      new Date('2026-01-01T00:00:02Z'),
    );
  });

  it('distinguishes schedules below one minute from the others', () => {
    expect(parseNcrontab('0,30 * * * * *').subMinute).toBe(true);
    expect(parseNcrontab('15 * * * * *').subMinute).toBe(false);
  });
});
