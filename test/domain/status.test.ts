import { describe, expect, it } from 'vitest';
import { counterOf, hasFailed, outcomeOf, phaseOf, samePhase } from '../../shared/domain/status.ts';

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

describe('hasFailed', () => {
  it.each([
    ['Failed', true],
    ['canceled', true],
    ['Succeeded', false],
    ['Deleting', false],
  ])('of %j is %j', (status, failed) => {
    expect(hasFailed(status)).toBe(failed);
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
    ['x'.repeat(300), `${'x'.repeat(127)}…`],
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

describe('counterOf', () => {
  it.each([
    ['UpgradingNodes: 8/20 nodes completed', { done: 8, total: 20, unit: 'nodes' }],
    ['ScalingAgentPool: 3/5', { done: 3, total: 5, unit: '' }],
    ['x:0 / 1 pool', { done: 0, total: 1, unit: 'pool' }],
    ['UpgradingNodes: 3/3 nodes', { done: 3, total: 3, unit: 'nodes' }],
  ])('of %j is its progress', (status, counter) => {
    expect(counterOf(status)).toEqual(counter);
  });

  it.each([
    'InProgress',
    'Upgrading 8/20',
    'Upgrading: 0/0 nodes',
    'Upgrading: 21/20 nodes',
    'Upgrading: 8/20/3',
    'Upgrading: 8/20th',
    'Upgrading: -1/20',
    'Upgrading: 99999999999999999999/5',
    'Upgrading: 1.33/1.34',
  ])('of %j is none', (status) => {
    expect(counterOf(status)).toBeNull();
  });
});
