import { fc } from './support/properties.ts';
import { describe, expect, it } from 'vitest';
import { elapsed, formatDuration, latest, plus, toIsoTime } from '../shared/time.ts';

describe('formatDuration', () => {
  it.each([
    [-5000, '0 s'],
    [0, '0 s'],
    [45_400, '45 s'],
    [59_600, '1 min'],
    [18 * 60_000, '18 min'],
    [59 * 60_000 + 40_000, '1 h'],
    [125 * 60_000, '2 h 5 min'],
    [24 * 3_600_000, '1 d'],
    [76 * 3_600_000 + 59 * 60_000, '3 d 4 h'],
  ])('says %d ms as %s', (ms, said) => {
    expect(formatDuration(ms)).toBe(said);
  });
});

describe('toIsoTime', () => {
  it.each([
    ['2023-07-26T12:14:26.3179428Z', '2023-07-26T12:14:26.317Z'],
    ['2023-07-26T12:14:26+02:00', '2023-07-26T10:14:26.000Z'],
    ['2023-07-26T12:14:26Z', '2023-07-26T12:14:26.000Z'],
    ['soon', null],
    ['', null],
    [null, null],
    [1_690_373_666, null],
    [`2023-07-26T12:14:26.${'3'.repeat(100)}Z`, null],
  ])('reads %j as %j', (text, time) => {
    expect(toIsoTime(text)).toBe(time);
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
