import { describe, expect, it } from 'vitest';
import { outcomeOf, phaseOf, samePhase } from '../../shared/operation/status.ts';

describe('outcomeOf', () => {
  it.each([
    ['Succeeded', 'succeeded'],
    ['Failed', 'failed'],
    ['Canceled', 'canceled'],
    ['Cancelled', 'canceled'],
    [' \tsucceeded\n', 'succeeded'],
    ['FAILED', 'failed'],
  ])('takes %j for an ending', (status, outcome) => {
    expect(outcomeOf(status)).toBe(outcome);
  });

  it.each([
    'InProgress',
    'Canceling',
    'Failing',
    'Failed: 3/5 nodes',
    'Succeeded.',
    'NotFailed',
    'constructor',
    '',
  ])('takes %j for still running, as ARM promises of every other value', (status) => {
    expect(outcomeOf(status)).toBeNull();
  });
});

describe('phaseOf', () => {
  it.each([
    ['UpgradingNodes: 8/20 nodes completed', 'UpgradingNodes'],
    ['  InProgress ', 'InProgress'],
    ['Draining :node 3: pod x', 'Draining'],
    ['Draining:', 'Draining'],
    [': 8/20', ': 8/20'],
    [':', ':'],
  ])('of %j is %j', (status, phase) => {
    expect(phaseOf(status)).toBe(phase);
  });
});

describe('samePhase', () => {
  it.each([
    ['InProgress', 'inprogress', true],
    ['Canceled', 'Cancelled', true],
    ['InProgress', 'Canceling', false],
    ['Succeeded', 'Failed', false],
    ['Failed', 'InProgress', false],
  ])('of %s and %s is %s', (a, b, same) => {
    expect([samePhase(a, b), samePhase(b, a)]).toEqual([same, same]);
  });
});
