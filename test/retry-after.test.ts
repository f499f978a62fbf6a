import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../shared/retry-after.ts';
import { fc } from './support/properties.ts';

const now = new Date('2026-09-21T14:00:00Z');
const most = 15 * 60_000;

describe('Retry-After', () => {
  it.each<[string | null | undefined, number | null]>([
    [null, null],
    [undefined, null],
    ['', null],
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['1.5', 1500],
    ['900', most],
    ['901', most],
    ['99999999999999999999', most],
    ['9'.repeat(400), most],
    ['Mon, 21 Sep 2026 14:00:20 GMT', 20_000],
    ['Monday, 21-Sep-26 14:00:20 GMT', 20_000],
    ['Mon, 21 Sep 2026 13:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', most],
    ['Mon, 99 Sep 2026 14:00:20 GMT', null],
    ['-5', null],
    ['+5', null],
    ['7, 9', null],
    ['1e9', null],
    ['0x10', null],
    ['NaN', null],
    ['Infinity', null],
    ['2026', most],
    ['2026-09-21T14:00:20Z', null],
    ['soon', null],
    [`Mon, 21 Sep 2026 14:00:20 GMT${' '.repeat(1000)}x`, null],
  ])('%j is %j ms', (header, wanted) => {
    expect(retryAfterMs(header, now)).toBe(wanted);
  });

  it('is never below nothing, nor above a quarter of an hour', () => {
    const header = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String));
    fc.assert(
      fc.property(header, (text) => {
        const ms = retryAfterMs(text, now) ?? 0;
        expect(ms >= 0 && ms <= most).toBe(true);
      }),
    );
  });
});
