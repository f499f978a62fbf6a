import { describe, expect, it } from 'vitest';
import { isFree } from '../../shared/domain/claim.ts';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import { minutes } from '../support/operation-builders.ts';

describe('an outbox', () => {
  // A claim is of one minute, and a refused message waits for an hour; clocks differ by a minute.
  it.each([
    ['claimedUntil', 1, false],
    ['claimedUntil', 2, false],
    ['claimedUntil', 2.1, true],
    ['claimedUntil', 1e6, true],
    ['claimedUntil', 0, true],
    ['claimedUntil', -1, true],
    ['deliverAfter', 60, false],
    ['deliverAfter', 61, false],
    ['deliverAfter', 61.1, true],
    ['deliverAfter', 1e6, true],
    ['deliverAfter', 0, true],
  ] as const)('with %s in %d minutes: may someone send? %s', (field, at, may) => {
    expect(isFree({ ...emptyOutbox, [field]: minutes(at) }, minutes(0))).toBe(may);
  });
});
