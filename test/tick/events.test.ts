import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';

const error = { code: 'PodDrainFailure', message: 'Cannot evict pod.' };
const other = { code: 'QuotaExceeded', message: 'Too many cores.' };

describe('a first reading', () => {
  it.each([
    ['that runs is no news', { status: 'InProgress', percentComplete: 5 }, null],
    ['that is an ending is told', { status: 'Succeeded' }, 'Succeeded: {name}'],
    ['that failed is told', { status: 'Failed', error }, 'Failed: {name} (PodDrainFailure)'],
    [
      'that runs with an error is posted',
      { status: 'InProgress', error },
      'Error while running: {name} (PodDrainFailure)',
    ],
  ])('%s', async (_name, answer, told) => {
    await using app = await startApp();
    const { name } = await app.track({ answer });
    await app.tickFor(3);
    expect(app.told).toEqual(told === null ? [] : [told.replace('{name}', name)]);
  });
});

it('posts each change of an operation’s life once and in order, and progress never', async () => {
  await using app = await startApp({ STALLED_AFTER: '2m' });
  const operation = await app.track({ answer: { status: 'InProgress', percentComplete: 1 } });
  const life = [
    { status: 'InProgress', percentComplete: 2 },
    { status: 'UpgradingNodes: 1/8 nodes completed', percentComplete: 10 },
    { status: 'UpgradingNodes: 2/8 nodes completed', percentComplete: 20 },
    { status: 'UpgradingNodes: 2/8 nodes completed', percentComplete: 20, error: other },
    { status: 'UpgradingNodes: 2/8 nodes completed', percentComplete: 20, error },
  ];
  await app.tickFor(2);
  for (const answer of life) {
    operation.set(answer);
    await app.tickFor(1);
  }
  await app.tickFor(8);
  operation.set({ status: 'UpgradingNodes: 3/8 nodes completed', percentComplete: 30, error });
  await app.tickFor(1);
  operation.set({ status: 'Failed', error });
  await app.tickFor(4);
  const name = `${operation.name}, upgrade`;
  expect(app.told).toEqual([
    `upgrading nodes: ${operation.name}`,
    `Error while running: ${name} (QuotaExceeded)`,
    `Another error while running: ${name} (PodDrainFailure)`,
    `Stalled: ${name} (PodDrainFailure)`,
    `Moving again: ${name}`,
    `Failed: ${name} (PodDrainFailure)`,
  ]);
});

it('gives up an operation that never ends, says so once, and reads it no more', async () => {
  await using app = await startApp({ GIVE_UP_AFTER: '10m', STALLED_AFTER: '0' });
  const operation = await app.track();
  await app.tickFor(19);
  expect(app.told).toEqual([]);
  await app.tickFor(3);
  expect(app.told).toEqual([`Given up: ${operation.name}`]);
  expect(await operation.stored()).toMatchObject({
    nextCheckAt: null,
    state: { outcome: 'gaveUp' },
  });
  const { callCount } = app.arm;
  await app.tickFor(2, 600);
  expect(app.arm.callCount).toBe(callCount);
});

it('keeps a message for the state that it reports, whatever comes after', async () => {
  await using app = await startApp();
  const operation = await app.track();
  await app.tickFor(1);
  app.slack.faults.set({ kind: 'down' });
  operation.set({ status: 'Draining' });
  await app.tickFor(1);
  operation.set({ status: 'Canceled' });
  await app.tickFor(1);
  expect(app.told).toEqual([]);
  app.slack.faults.clear();
  await app.tickFor(1, 300);
  expect(app.told).toEqual([`draining: ${operation.name}`, `Canceled: ${operation.name}`]);
});
