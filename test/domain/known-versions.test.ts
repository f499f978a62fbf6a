import { describe, expect, it } from 'vitest';
import {
  isKnownVersion,
  isOldVersion,
  newestKnown,
  nextVersion,
  offeredByAll,
} from '../../shared/domain/known-versions.ts';

const none: ReadonlySet<string> = new Set();
const refusal = (offered: readonly string[] | null) => ({ code: 'x', location: null, offered });

describe('the next version', () => {
  it.each<[string, readonly string[], string | null]>([
    [
      'the newest known one that is offered',
      ['2025-06-02-preview', '2026-07-02-preview', '2026-05-02-preview'],
      '2026-07-02-preview',
    ],
    [
      'a known one, also when a newer one is offered',
      ['2027-03-02-preview', '2025-05-02-preview'],
      '2025-05-02-preview',
    ],
    [
      'else the newest preview that is newer than the oldest known one',
      ['2027-01-02-preview', '2027-03-02-preview', '2027-04-01'],
      '2027-03-02-preview',
    ],
    ['also one between two known ones', ['2026-03-02-preview'], '2026-03-02-preview'],
    ['none that is older', ['2024-10-02-preview', '2023-10-02-preview'], null],
    ['no stable one', ['2026-10-01', '2027-10-01'], null],
    ['none of an odd form', ['2027-03-02-privatepreview', '2027-03-02-preview-2'], null],
    ['none where nothing is offered', [], null],
  ])('is %s', (_, offered, version) => {
    expect(nextVersion(offered, none)).toBe(version);
  });

  it('is each known one in turn, the newest first, where ARM does not say what it offers', () => {
    const tried = new Set<string>();
    for (let version = nextVersion(null, tried); version !== null;) {
      expect(isKnownVersion(version)).toBe(true);
      expect(tried.has(version)).toBe(false);
      tried.add(version);
      version = nextVersion(null, tried);
    }
    expect([...tried]).toEqual([...tried].toSorted().toReversed());
    expect([...tried][0]).toBe(newestKnown);
    expect(tried.size).toBe(13);
  });

  it('is never one that was refused in this turn, whatever ARM lists', () => {
    const offered = ['2026-10-02-preview', '2026-08-02-preview'];
    expect(nextVersion(offered, new Set(['2026-10-02-preview']))).toBe('2026-08-02-preview');
    expect(nextVersion(offered, new Set(offered))).toBeNull();
  });

  it('is one that all refusals name', () => {
    const both = offeredByAll(['a', 'b'], refusal(['b', 'c']));
    expect(both).toEqual(['b']);
    expect(offeredByAll(both, refusal(null))).toEqual(['b']);
    expect(offeredByAll(null, refusal(null))).toBeNull();
  });
});

it('a version is old a year after its date', () => {
  expect(isOldVersion('2025-05-02-preview', '2026-05-02T00:00:00.000Z')).toBe(false);
  expect(isOldVersion('2025-05-02-preview', '2026-05-02T00:00:00.001Z')).toBe(true);
  expect(isOldVersion('odd', '2026-05-02T00:00:00.001Z')).toBe(false);
});
