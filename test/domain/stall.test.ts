import { describe, expect, it } from 'vitest';
import { compare } from '../../shared/domain/compare.ts';
import { unknownKind, type OperationKind } from '../../shared/domain/operation-kind.ts';
import type { SubOperation } from '../../shared/domain/sub-operations.ts';
import { drainStalledAfterMs } from '../../shared/domain/stall.ts';
import { known, minutes, saw, start } from '../support/operation-builders.ts';

/** As the settings give it while nobody has set `STALLED_AFTER`. */
const unset = { stalledAfterMs: 30 * 60_000, drainStalledAfterMs, giveUpAfterMs: 1e12 };
/** As they give it when somebody has set it to the same 30 min. */
const set = { ...unset, drainStalledAfterMs: 30 * 60_000 };
const upgrade: OperationKind = { ...unknownKind, action: 'upgrade' };
const part = (status: string): SubOperation => ({
  name: 'np1',
  kind: unknownKind,
  status,
  percentComplete: null,
  code: null,
});

/** After how many minutes without a move it is said that an operation stalls. */
function stallsAfter(
  status: string,
  policy: typeof unset,
  more: { readonly kind?: OperationKind; readonly parts?: readonly SubOperation[] } = {},
): number {
  const stored = known(status, more);
  for (let minute = 25; minute < 60; minute += 1) {
    const { events } = compare(stored, saw(minutes(minute), status, more), start, policy);
    if (events.some(({ event }) => event === 'stalled')) return minute;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a phase that drains nodes', () => {
  it.each<[string, Parameters<typeof stallsAfter>[2]]>([
    ['UpgradingNodes: 7/20 nodes completed', {}],
    ['Upgrading', {}],
    ['Draining', {}],
    ['drainingnodes', {}],
    ['InProgress', { kind: upgrade }],
    ['InProgress', { parts: [part('Draining'), part('Succeeded')] }],
  ])('is not called stalled at the minute in which AKS gives up a drain: %s', (status, more) => {
    expect(stallsAfter(status, unset, more)).toBe(35);
  });

  it('obeys a value that somebody has set, also if that is the default', () => {
    expect(stallsAfter('Draining', set)).toBe(30);
  });
});

it.each<[string, Parameters<typeof stallsAfter>[2]]>([
  ['InProgress', {}],
  ['ScalingAgentPool: 1/5', {}],
  ['CreatingNodes', { kind: upgrade }],
  ['InProgress', { parts: [part('Upgrading: 1/2'), part('Failed')].slice(1) }],
])('any other phase stalls after the default: %s', (status, more) => {
  expect(stallsAfter(status, unset, more)).toBe(30);
});
