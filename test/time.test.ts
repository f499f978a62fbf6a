import { fc } from './support/properties.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { believable, elapsed, formatDuration, latest, plus, toIsoTime } from '../shared/time.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const unitMs: Readonly<Record<string, number>> = { s: second, min: minute, h: hour, d: day };

function figures(said: string): [figure: number, unit: string][] {
  return [...said.matchAll(/(\d+) (\w+)/g)].map(([, figure, unit = '']) => [Number(figure), unit]);
}

/** What was said, in milliseconds. */
function saidMs(said: string): number {
  return figures(said).reduce((all, [figure, unit]) => all + figure * (unitMs[unit] ?? NaN), 0);
}

const around = (size: number): fc.Arbitrary<number> =>
  fc
    .tuple(fc.nat(100), fc.integer({ min: -second, max: second }))
    .map(([n, off]) => n * size + off);

describe('formatDuration', () => {
  it.each([
    [-5000, '0 s'],
    [0, '0 s'],
    [499, '0 s'],
    [45_400, '45 s'],
    [59_499, '59 s'],
    [59_600, '1 min'],
    [89_600, '1 min'],
    [18 * minute, '18 min'],
    [59.4 * minute, '59 min'],
    [59.5 * minute, '1 h'],
    [59 * minute + 40_000, '1 h'],
    [60.6 * minute, '1 h 1 min'],
    [119.6 * minute, '2 h'],
    [125 * minute, '2 h 5 min'],
    [23 * hour + 59.4 * minute, '23 h 59 min'],
    [23 * hour + 59.6 * minute, '1 d'],
    [24 * hour, '1 d'],
    [47 * hour + 59.4 * minute, '1 d 23 h'],
    [47 * hour + 59.6 * minute, '2 d'],
    [76 * hour + 59 * minute, '3 d 4 h'],
  ])('says %d ms as %s', (ms, said) => {
    expect(formatDuration(ms)).toBe(said);
  });

  const lengths = fc.oneof(...Object.values(unitMs).map(around), fc.nat(100 * day));

  it('is never further off than half of the last unit, or an hour of days, and has no 60 s, 60 min or 24 h', () => {
    fc.assert(
      fc.property(lengths, (length) => {
        const ms = Math.max(0, length);
        const told = figures(formatDuration(ms));
        const sum = told.reduce((all, [figure, unit]) => all + figure * (unitMs[unit] ?? NaN), 0);
        const finest = told.some(([, unit]) => unit === 'd') ? hour + minute / 2 : null;
        const last = unitMs[told.at(-1)?.[1] ?? ''] ?? NaN;
        const isWhole = told.length === 1 && told[0]?.[1] === 'h';
        const allowed = finest ?? (isWhole ? minute / 2 : last / 2);
        expect(Math.abs(sum - ms)).toBeLessThanOrEqual(allowed);
        for (const [figure, unit] of told)
          expect(figure).toBeLessThan({ s: 60, min: 60, h: 24 }[unit] ?? Infinity);
      }),
    );
  });

  it('never says less of what took longer', () => {
    fc.assert(
      fc.property(lengths, fc.nat(2 * hour), (ms, more) => {
        expect(saidMs(formatDuration(ms + more))).toBeGreaterThanOrEqual(
          saidMs(formatDuration(ms)),
        );
      }),
    );
  });
});

const now = '2026-09-21T14:00:00.000Z';

describe('toIsoTime', () => {
  it.each([
    ['2023-07-26T12:14:26.3179428Z', '2023-07-26T12:14:26.317Z'],
    ['2023-07-26T12:14:26+02:00', '2023-07-26T10:14:26.000Z'],
    ['2023-07-26T12:14:26Z', '2023-07-26T12:14:26.000Z'],
    ['2025-04-03T17:02:36.011657', '2025-04-03T17:02:36.011Z'],
    ['2023-07-13 06:10:30 +0000', '2023-07-13T06:10:30.000Z'],
    ['2023-07-13 06:10:30.5 -0730', '2023-07-13T13:40:30.500Z'],
    ['2023-07-13 06:10 utc', '2023-07-13T06:10:00.000Z'],
    ['2023-07-13 06:10:30.123456789 +0000 UTC', '2023-07-13T06:10:30.123Z'],
    ['2023-07-13 08:10:30 +0200 CEST', '2023-07-13T06:10:30.000Z'],
    ['Thu, 13 Jul 2023 06:10:30 GMT', '2023-07-13T06:10:30.000Z'],
    ['Mon, 01 Jan 0001 00:00:00 GMT', null],
    ['Thu, 99 Jul 2023 06:10:30 GMT', null],
    ['2023-07-13T25:10:30Z', null],
    ['2023-13-13T06:10:30Z', null],
    ['2023-07-13', null],
    ['July 13, 2023 06:10:30', null],
    ['soon', null],
    ['', null],
    [null, null],
    [1_690_373_666, null],
    [`2023-07-26T12:14:26.${'3'.repeat(100)}Z`, null],
  ])('reads %j as %j', (text, time) => {
    expect(toIsoTime(text, now)).toBe(time);
  });

  const zones = [
    '',
    'Z',
    'z',
    ' Z',
    '+00:00',
    '-00:00',
    '+0000',
    ' +0000',
    ' +0000 UTC',
    '+00',
    ' UTC',
    ' GMT',
  ];
  const fractions = ['', '.0', '.0000000', ',000'];
  const forms = ['T', ' ', '  '].flatMap((between) =>
    fractions.flatMap((fraction) =>
      zones.map(
        (zone) =>
          (time: string): string =>
            `${time.slice(0, 10)}${between}${time.slice(11, 19)}${fraction}${zone}`,
      ),
    ),
  );
  const hosts = ['UTC', 'Asia/Tokyo', 'America/St_Johns', 'Pacific/Kiritimati', 'Europe/Berlin'];

  it.each(hosts)('takes a time without a zone for UTC in %s, in every form', (host) => {
    const before = process.env['TZ'];
    onTestFinished(() => {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    });
    process.env['TZ'] = host;
    // Summer, winter, and the hour that Berlin leaves out.
    for (const time of [
      '2025-07-03T17:02:36.000Z',
      '2025-01-03T00:02:36.000Z',
      '2026-03-29T02:30:00.000Z',
    ])
      for (const form of forms)
        expect([form(time), toIsoTime(form(time), now)]).toEqual([form(time), time]);
  });

  it.each([
    '0001-01-01T00:00:00',
    '1601-01-01T00:00:00',
    '1753-01-01T00:00:00',
    '1900-01-01T00:00:00',
    '1970-01-01T00:00:00',
    '2013-12-31T23:59:59',
    '2026-09-22T14:00:01',
    '2099-12-31T00:00:00',
    '9999-12-31T23:59:59',
  ])('takes %s for no time, in every form', (unset) => {
    for (const form of forms)
      expect([form(unset), toIsoTime(form(unset), now)]).toEqual([form(unset), null]);
  });

  it('believes what lies between 2014 and a day ahead, and nothing else', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        const time = date.toISOString();
        const isBelieved = date >= new Date('2014') && date.getTime() <= Date.parse(now) + day;
        expect(believable(time, now)).toBe(isBelieved ? time : null);
      }),
    );
    expect(believable('2014-01-01T00:00:00.000Z', now)).not.toBeNull();
    expect(believable('2013-12-31T23:59:59.999Z', now)).toBeNull();
    expect(believable(plus(now, day), now)).toBe(plus(now, day));
    expect(believable(plus(now, day + 1), now)).toBeNull();
    expect(believable(null, now)).toBeNull();
  });
});

describe('times', () => {
  const moments = fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString());

  it('compare as text, and plus and elapsed undo each other', () => {
    fc.assert(
      fc.property(moments, moments, (a, b) => {
        expect(a < b).toBe(elapsed(a, b) > 0);
        expect(plus(a, elapsed(a, b))).toBe(b);
        expect(latest(a, null, b)).toBe(a < b ? b : a);
      }),
    );
  });
});
