import { describe, expect, it } from 'vitest';
import { parseNcrontab } from '../../../local/host/ncrontab.ts';
import type { ScheduleStatus, ScheduleStatusStore } from '../../../local/host/schedule-status.ts';
import { createTimer } from '../../../local/host/timer.ts';

const START = Date.parse('2026-01-01T00:00:10Z');
const SECOND = 1000;

interface Run {
  at: string;
  isPastDue: unknown;
  status: unknown;
}

/** A timer on a clock that jumps ahead by each sleep; ends after the given number of runs. */
function simulate(options: {
  schedule: string;
  runs: number;
  /** How long each run takes. */
  lasting?: number[];
  runOnStartup?: boolean;
  monitored?: boolean;
  stored?: ScheduleStatus;
}) {
  let now = START;
  const runs: Run[] = [];
  const sleeps: number[] = [];
  const written: ScheduleStatus[] = [];
  const stop = new AbortController();
  const store: ScheduleStatusStore = {
    read: async () => options.stored,
    write: async (_, status) => void written.push(status),
  };
  const schedule = parseNcrontab(options.schedule);
  const timer = createTimer({
    fn: {
      trigger: 'timer',
      name: 'tick',
      triggerName: 'timer',
      metadata: { name: 'tick', bindings: {} },
      callback: () => {},
      schedule,
      runOnStartup: options.runOnStartup ?? false,
      monitored: options.monitored ?? !schedule.subMinute,
    },
    clock: {
      now: () => new Date(now),
      sleep: async (ms) => {
        sleeps.push(ms);
        now += ms;
      },
    },
    log: () => {},
    store,
    invoke: async ({ IsPastDue, ScheduleStatus: status }) => {
      runs.push({ at: new Date(now).toISOString().slice(11, 19), isPastDue: IsPastDue, status });
      now += options.lasting?.[runs.length - 1] ?? 0;
      if (runs.length === options.runs) stop.abort();
      return { ok: true, response: {} };
    },
  });
  const times = () => runs.map(({ at }) => at);
  return { timer, signal: stop.signal, runs, times, sleeps, written };
}

describe('a timer', () => {
  it('runs whenever its schedule says', async () => {
    const { timer, signal, times } = simulate({ schedule: '*/20 * * * * *', runs: 3 });
    await timer.follow(signal);
    expect(times()).toEqual(['00:00:20', '00:00:40', '00:01:00']);
  });

  it('runs once at once after an overrun, and loses the other occurrences', async () => {
    const lasting = [25 * SECOND, 3 * SECOND];
    const { timer, signal, times } = simulate({ schedule: '*/10 * * * * *', runs: 4, lasting });
    await timer.follow(signal);
    expect(times()).toEqual(['00:00:20', '00:00:45', '00:00:50', '00:01:00']);
  });

  it('looks at the clock at least every half minute, however far the next run is', async () => {
    const { timer, signal, times, sleeps } = simulate({ schedule: '0 0 0 2 * *', runs: 1 });
    await timer.follow(signal);
    expect(times()).toEqual(['00:00:00']);
    expect(Math.max(...sleeps)).toBe(30 * SECOND);
  });

  it('runs at start when it is set to', async () => {
    const { timer, signal, times } = simulate({
      schedule: '0 * * * * *',
      runs: 2,
      runOnStartup: true,
    });
    await timer.follow(signal);
    expect(times()).toEqual(['00:00:10', '00:01:00']);
  });

  it('makes up for a missed run at once, and says that it is past due', async () => {
    const missed = new Date(START - 60 * SECOND);
    const stored = { last: undefined, next: missed, lastUpdated: missed };
    const { timer, signal, runs } = simulate({ schedule: '0 * * * * *', runs: 2, stored });
    await timer.follow(signal);
    expect(runs.map(({ at, isPastDue }) => [at, isPastDue])).toEqual([
      ['00:00:10', true],
      ['00:01:00', false],
    ]);
    expect(runs[0]?.status).toMatchObject({ Next: missed.toISOString() });
  });

  it('waits for a stored run that lies ahead, by the schedule of today', async () => {
    const stored = { last: new Date(0), next: new Date(START + 9e9), lastUpdated: new Date(0) };
    const { timer, signal, runs } = simulate({ schedule: '0 * * * * *', runs: 1, stored });
    await timer.follow(signal);
    expect(runs).toEqual([
      {
        at: '00:01:00',
        isPastDue: false,
        status: {
          Last: '1970-01-01T00:00:00.000Z',
          Next: '2026-01-01T00:01:00.000Z',
          LastUpdated: '2026-01-01T00:00:10.000Z',
        },
      },
    ]);
  });

  it('keeps its status before the first run and after each, and passes it to the next', async () => {
    const { timer, signal, runs, written } = simulate({ schedule: '0 * * * * *', runs: 2 });
    await timer.follow(signal);
    expect(written.map(({ last, next }) => [last, next.toISOString()])).toEqual([
      [undefined, '2026-01-01T00:01:00.000Z'],
      [new Date('2026-01-01T00:01:00Z'), '2026-01-01T00:02:00.000Z'],
      [new Date('2026-01-01T00:02:00Z'), '2026-01-01T00:03:00.000Z'],
    ]);
    expect(runs.map(({ status }) => status)).toMatchObject([
      { Last: '0001-01-01T00:00:00', Next: '2026-01-01T00:01:00.000Z' },
      { Last: '2026-01-01T00:01:00.000Z', Next: '2026-01-01T00:02:00.000Z' },
    ]);
  });

  it('keeps and passes no status when it is not monitored', async () => {
    const past = new Date(START - SECOND);
    const stored = { last: undefined, next: past, lastUpdated: past };
    const { timer, signal, runs, written } = simulate({
      schedule: '*/10 * * * * *',
      runs: 1,
      stored,
    });
    await timer.follow(signal);
    expect(runs).toEqual([{ at: '00:00:20', isPastDue: false, status: null }]);
    expect(written).toEqual([]);
  });

  it('does not change its schedule when it is run by hand', async () => {
    const { timer, signal, runs, times } = simulate({ schedule: '0 * * * * *', runs: 2 });
    await timer.runNow();
    await timer.follow(signal);
    expect(times()).toEqual(['00:00:10', '00:01:00']);
    expect(runs[1]?.status).toMatchObject({ Last: '0001-01-01T00:00:00' });
  });
});
