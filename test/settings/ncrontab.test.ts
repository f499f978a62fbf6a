import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNcrontab } from '../../local/host/ncrontab.ts';
import { isNcrontab, occurrences } from '../../shared/settings/ncrontab.ts';
import { pollScheduleOf, readSettings } from '../../shared/settings/settings.ts';

const now = new Date('2026-09-21T14:00:01Z');

describe('POLL_SCHEDULE', () => {
  it.each([
    '*/30 * * * * *',
    '0 */5 * * * *',
    '0 0/5 * * * *',
    '0  0 9-17 * *  Mon-FRI',
    '0 0 0 1 JUL *',
    '0 0 0 1,15 jan,APR sun',
    '0 0 0 * * 0-6/2',
    '0 0 0 13 * 5',
  ])('may be %j, and fires as the host has it', (schedule) => {
    expect(isNcrontab(schedule)).toBe(true);
    expect(pollScheduleOf({ POLL_SCHEDULE: schedule })).toBe(schedule);
    expect(occurrences(schedule).nextRun(now)).toEqual(parseNcrontab(schedule).next(now));
  });

  it.each([
    ['five fields', '*/5 * * * *'],
    ['seven fields', '0 0 0 1 1 * 2027'],
    ['a time span', '00:00:30'],
    ['a binding', '%POLL_SCHEDULE%'],
    ['the last day', '0 0 0 L * *'],
    ['the last Monday', '0 0 0 * * MONL'],
    ['the nearest weekday', '0 0 0 15W * *'],
    ['the last weekday', '0 0 0 LW * *'],
    ['a question mark', '0 0 0 ? * *'],
    ['the second Friday', '0 0 0 * * 5#2'],
    ['Sunday as 7', '0 0 0 * * 7'],
    ['Sunday as 7 in a range', '0 0 0 * * 1-7'],
    ['a second that is none', '60 * * * * *'],
    ['an empty part', '1,,2 * * * * *'],
    ['a day that never comes', '0 0 0 31 2 *'],
    ['a nickname', '@daily'],
    ['words', 'every half a minute or so'],
  ])('that is %s means the default, and is a problem that stops nothing', (_, schedule) => {
    const env = {
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      SLACK_WEBHOOK_URL: 'https://x.example',
      POLL_SCHEDULE: schedule,
    };
    expect(pollScheduleOf(env)).toBe('*/30 * * * * *');
    const { settings, problems } = readSettings(env);
    expect(problems).toMatchObject([{ setting: 'POLL_SCHEDULE' }]);
    expect(settings?.pollSchedule).toBe('*/30 * * * * *');
  });

  it('that is unset means the default', () => {
    expect(pollScheduleOf({})).toBe('*/30 * * * * *');
  });
});

/** What the Functions host's own library makes of thousands of expressions: see `oracle/ncrontab/ncrontab.cs`. */
const table = readFileSync(new URL('oracle/table.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): [string, string] => {
    const [expression = '', verdict = ''] = line.split('\t');
    return [String(JSON.parse(expression)), verdict];
  });

/** A verdict as the table has it. */
function verdictOf(next: (after: Date) => Date | null): string {
  const first = next(now);
  if (first === null) return 'never';
  return [first, next(first)].map((time) => time?.toISOString().slice(0, 19)).join(' ');
}

function tried(read: () => string): string {
  try {
    return read();
  } catch {
    return 'refused';
  }
}

function countOf(kind: RegExp): number {
  return table.filter(([, verdict]) => kind.test(verdict)).length;
}

describe('thousands of schedules of every kind', () => {
  it('are some that the host takes, some that it refuses, and some that never come', () => {
    expect(countOf(/^\d/)).toBeGreaterThan(1500);
    expect(countOf(/^refused$/)).toBeGreaterThan(1500);
    expect(countOf(/^never$/)).toBeGreaterThan(2);
  });

  it('are taken by the app where the host takes them and they ever come, and fire at the same times', () => {
    const wrong = table.flatMap(([schedule, verdict]) => {
      const ours = tried(() => verdictOf((after) => occurrences(schedule).nextRun(after)));
      const isTaken = isNcrontab(schedule);
      return ours === verdict && isTaken === /^\d/.test(verdict)
        ? []
        : [{ schedule, verdict, ours, isTaken }];
    });
    expect(wrong).toEqual([]);
  });

  it('are taken by the local host where the real one takes them, and fire at the same times', () => {
    const wrong = table
      .filter(([schedule]) => schedule.trim().split(/\s+/).length === 6)
      .flatMap(([schedule, verdict]) => {
        const ours = tried(() => {
          const parsed = parseNcrontab(schedule);
          return verdictOf((after) => parsed.next(after));
        });
        // It says so when a schedule never comes.
        return ours === verdict.replace('never', 'refused') ? [] : [{ schedule, verdict, ours }];
      });
    expect(wrong).toEqual([]);
  });
});
