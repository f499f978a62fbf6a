import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { createCallLog } from '../../local/arm/call-log.ts';
import { startArm } from '../../local/arm/server.ts';
import { createThrottle } from '../../local/arm/throttle.ts';
import { createBuckets } from '../../local/arm/token-bucket.ts';
import { cluster, createClock, read } from './arm-caller.ts';

async function temporaryFile() {
  const folder = await mkdtemp(join(tmpdir(), 'arm-'));
  return {
    file: join(folder, 'deeper', 'arm.json'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

describe('the read limit of AKS', () => {
  it('lets 200 through at once, then two a second, per subscription', () => {
    const clock = createClock();
    const throttle = createThrottle(clock.now);
    const admitted = (calls: number) =>
      Array.from({ length: calls }, () => throttle.refusal('s1')).filter((r) => !r).length;
    expect(admitted(250)).toBe(200);
    clock.advance(5);
    expect(admitted(50)).toBe(10);
    expect(throttle.refusal('S1')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '10' },
      body: { error: { code: 'TooManyRequests' } },
    });
    expect(throttle.refusal('s2')).toBeUndefined();
    clock.advance(10_000);
    expect(admitted(250)).toBe(200);
  });

  it('tells how long the next token takes', () => {
    const buckets = createBuckets(1, 0.5, createClock().now);
    expect(buckets.take('k')).toEqual({ granted: true, remaining: 0, waitSeconds: 0 });
    expect(buckets.take('k')).toEqual({ granted: false, remaining: 0, waitSeconds: 2 });
  });

  it.each([
    [true, 429],
    [false, 200],
  ])('is enforced only on demand (%s: the 201st call gets %d)', async (rateLimit, status) => {
    await using arm = await startArm({ rateLimit, now: createClock().now });
    const { id } = arm.start({ ...cluster, scenario: 'neverEnds' });
    const calls = Array.from({ length: 200 }, async () => (await read(arm, id)).status);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
    expect((await read(arm, id)).status).toBe(status);
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
