import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { createCallLog } from '../../../local/arm/call-log.ts';
import { startArm } from '../../../local/arm/server.ts';
import { createThrottle } from '../../../local/arm/throttle.ts';
import type { CallKind } from '../../../local/arm/throttle.ts';
import { createBuckets } from '../../../local/arm/token-bucket.ts';
import { cluster, clusterId, createClock, read } from './caller.ts';

type Throttle = ReturnType<typeof createThrottle>;

/** How many of so many calls at once are let through. */
function admitted(throttle: Throttle, kind: CallKind, calls = 300): number {
  return Array.from({ length: calls }, () => throttle.refusal('s1', kind)).filter((r) => !r).length;
}

async function temporaryFile() {
  const folder = await mkdtemp(join(tmpdir(), 'arm-'));
  return {
    file: join(folder, 'deeper', 'arm.json'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

describe('the limits of AKS', () => {
  it('lets 200 through at once, then two a second, per subscription', () => {
    const clock = createClock();
    const throttle = createThrottle(clock.now);
    expect(admitted(throttle, 'statusRead')).toBe(200);
    clock.advance(5);
    expect(admitted(throttle, 'statusRead')).toBe(10);
    expect(throttle.refusal('S1', 'statusRead')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '10' },
      body: { error: { code: 'TooManyRequests' } },
    });
    expect(throttle.refusal('s2', 'statusRead')).toBeUndefined();
    clock.advance(10_000);
    expect(admitted(throttle, 'statusRead')).toBe(200);
  });

  it('lets 60 Lists and other calls through at once, then one a second, beside the status reads', () => {
    const clock = createClock();
    const throttle = createThrottle(clock.now);
    expect(admitted(throttle, 'list', 50)).toBe(50);
    expect(admitted(throttle, 'other')).toBe(10);
    clock.advance(5);
    expect(admitted(throttle, 'list')).toBe(5);
    expect(throttle.refusal('s1', 'list')).toMatchObject({ status: 429 });
    expect(admitted(throttle, 'statusRead')).toBe(200);
  });

  it('can count Lists among the status reads too', () => {
    const throttle = createThrottle(createClock().now, { listsAreReads: true });
    expect(admitted(throttle, 'list', 40)).toBe(40);
    expect(admitted(throttle, 'statusRead')).toBe(160);
    expect(admitted(throttle, 'list')).toBe(0);
    expect(admitted(throttle, 'other')).toBe(20);
  });

  it.each([
    [0.5, 200, 15],
    [2, 200, 0],
    [22, 200, 0],
  ])('can be shared with somebody who takes %d a second', (perSecond, atOnce, afterTenSeconds) => {
    const clock = createClock();
    const throttle = createThrottle(clock.now, { foreign: { perSecond } });
    expect(admitted(throttle, 'statusRead')).toBe(atOnce);
    clock.advance(10);
    expect(admitted(throttle, 'statusRead')).toBe(afterTenSeconds);
    expect(admitted(throttle, 'list')).toBe(60);
  });

  it('can be used up by somebody else alone', () => {
    const clock = createClock();
    const throttle = createThrottle(clock.now, { foreign: { perSecond: 12 } });
    expect(admitted(throttle, 'statusRead', 50)).toBe(50);
    clock.advance(10);
    expect(admitted(throttle, 'statusRead')).toBe(50);
    expect(throttle.refusal('s1', 'statusRead')).toMatchObject({
      headers: { 'retry-after': '600' },
    });
  });

  it('says how long the next token takes', () => {
    const clock = createClock();
    const buckets = createBuckets(1, 0.5, clock.now);
    expect(buckets.take('k')).toEqual({ granted: true, remaining: 0, waitSeconds: 0 });
    expect(buckets.take('k')).toEqual({ granted: false, remaining: 0, waitSeconds: 2 });
    const shrinking = createBuckets(10, -1, clock.now);
    expect(shrinking.take('k')).toEqual({ granted: true, remaining: 9, waitSeconds: 0 });
    clock.advance(100);
    expect(shrinking.take('k')).toEqual({ granted: false, remaining: 0, waitSeconds: Infinity });
  });

  it.each([
    [true, 429],
    [false, 200],
  ])('are enforced only on demand (%s: the 201st call gets %d)', async (rateLimit, status) => {
    await using arm = await startArm({ rateLimit, now: createClock().now });
    const { id } = arm.start({ ...cluster, scenario: 'neverEnds' });
    const calls = Array.from({ length: 200 }, async () => (await read(arm, id)).status);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
    expect((await read(arm, id)).status).toBe(status);
  });

  it('are those of Lists where a List is called', async () => {
    await using arm = await startArm({ rateLimit: {}, now: createClock().now });
    const { id } = arm.start({ ...cluster, scenario: 'neverEnds' });
    const list = async () => (await read(arm, `${clusterId}/operations`)).status;
    await Promise.all(Array.from({ length: 60 }, list));
    expect(await list()).toBe(429);
    expect((await read(arm, id)).status).toBe(200);
  });
});

describe('the record of calls', () => {
  it('keeps the newest in order and counts all', () => {
    const calls = createCallLog(3);
    const add = (path: string) =>
      calls.add({
        at: new Date(0),
        method: 'GET',
        path,
        apiVersion: null,
        userAgent: null,
        subscriptionId: '',
        status: 200,
      });
    const paths = () => calls.list().map(({ path }) => path);
    add('a');
    add('b');
    expect(paths()).toEqual(['a', 'b']);
    ['c', 'd', 'e'].forEach(add);
    expect(paths()).toEqual(['c', 'd', 'e']);
    expect(calls.count()).toBe(5);
  });
});

describe('the state file', () => {
  it('keeps operations over a restart, with time going on meanwhile', async () => {
    await using temporary = await temporaryFile();
    const clock = createClock();
    const options = { now: clock.now, stateFile: temporary.file };
    const first = await startArm(options);
    const { id } = first.start({ ...cluster, agentPoolName: 'p1', scenario: 'upgradeSucceeds' });
    const gone = first.start({ ...cluster, scenario: 'quick' });
    first.forget(gone.id);
    await first.close();
    clock.advance(68);
    await using second = await startArm(options);
    expect((await read(second, gone.id)).status).toBe(404);
    const shown = async () => JSON.parse(await (await read(second, id)).text()).status;
    expect(await shown()).toBe('UpgradingNodes: 20/20 nodes completed');
    clock.advance(2);
    expect(await shown()).toBe('Succeeded');
  });

  it('is refused with its name when it holds something else', async () => {
    await using temporary = await temporaryFile();
    const arm = await startArm({ stateFile: temporary.file });
    arm.start({ ...cluster, scenario: 'quick' });
    await arm.close();
    expect(JSON.parse(await readFile(temporary.file, 'utf8'))).toHaveLength(1);
    await writeFile(temporary.file, '[{}]');
    await expect(startArm({ stateFile: temporary.file })).rejects.toThrow(temporary.file);
  });
});

describe('the port', () => {
  it('is the one asked for, and a taken one is an error', async () => {
    await using arm = await startArm();
    const port = Number(new URL(arm.url).port);
    await expect(startArm({ port })).rejects.toThrow('EADDRINUSE');
    await arm.close();
    await using again = await startArm({ port });
    expect(again.url).toBe(arm.url);
  });
});
