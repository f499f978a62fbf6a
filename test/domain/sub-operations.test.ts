import { describe, expect, it } from 'vitest';
import { compare } from '../../shared/domain/compare.ts';
import { unknownKind } from '../../shared/domain/operation-kind.ts';
import {
  worstFirst,
  type SubOperations,
  type SubOperation,
} from '../../shared/domain/sub-operations.ts';
import { known, minutes, saw, start, told } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';

const policy = { stalledAfterMs: 30 * 60_000, giveUpAfterMs: 7 * 24 * 3_600_000 };

function pool(agentPoolName: string, status: string, changes = {}): SubOperation {
  const kind = { ...unknownKind, target: 'agentPool', agentPoolName } as const;
  return { name: null, kind, status, percentComplete: null, code: null, ...changes };
}
const both = [pool('np1', 'UpgradingNodes: 1/3'), pool('np2', 'InProgress')];
const upgrading = known('InProgress', { parts: both });

describe('sub-operations', () => {
  it('are shown with the worst first, then by name', () => {
    const order = ['b Failed', 'a Canceled', 'a InProgress', 'c Creating', 'a Succeeded'];
    const parts = order.map((text) => pool(text.slice(0, 1), text.slice(2)));
    const shuffled = fc.shuffledSubarray(parts, { minLength: parts.length });
    fc.assert(
      fc.property(shuffled, (given) => {
        expect(worstFirst(given)).toEqual(parts);
      }),
    );
  });

  it.each<[string, Partial<SubOperations>]>([
    ['status', { parts: [pool('np1', 'UpgradingNodes: 1/3'), pool('np2', 'Draining')] }],
    ['counter', { parts: [pool('np1', 'UpgradingNodes: 2/3'), pool('np2', 'InProgress')] }],
    [
      'percentage',
      { parts: [both[0] ?? pool('', ''), pool('np2', 'InProgress', { percentComplete: 1 })] },
    ],
    ['number', { parts: both, partsLeftOut: 1 }],
  ])('are progress by their %s, and no news', (_name, changes) => {
    const { next, events } = compare(
      upgrading,
      saw(minutes(40), 'InProgress', changes),
      start,
      policy,
    );
    expect([events, next.lastProgressAt, next.stalled]).toEqual([[], minutes(40), false]);
    expect(next.parts).toEqual(changes.parts);
  });

  it('that stand where they stood are no progress', () => {
    const reading = saw(minutes(30), 'InProgress', { parts: structuredClone(both) });
    expect(told(compare(upgrading, reading, start, policy).events)).toEqual([
      'stalled InProgress>',
    ]);
  });

  it('are kept by a reading that shows none, which is no progress either', () => {
    const { next } = compare(upgrading, saw(minutes(10), 'InProgress'), start, policy);
    expect([next.parts, next.lastProgressAt]).toEqual([both, start]);
  });

  it('are not said to run on when the ending shows none', () => {
    const { next } = compare(upgrading, saw(minutes(10), 'Succeeded'), start, policy);
    expect(next.parts).toEqual([]);
  });
});
