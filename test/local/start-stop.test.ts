import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endWhenNpmEnds } from '../../local/end-with-npm.ts';
import { runUntilStopped } from '../../local/run-until-stopped.ts';

/** Something that runs, whose orderly stop takes as long as the test wants. */
function testRun() {
  const signals = new EventEmitter();
  const died = Promise.withResolvers<string>();
  const stopped = Promise.withResolvers<undefined>();
  const told: string[] = [];
  const code = runUntilStopped(
    {
      died: died.promise,
      stop: () => {
        told.push('stop');
        return stopped.promise;
      },
      kill: async () => void told.push('kill'),
    },
    { stopping: () => told.push('stopping'), died: (reason) => told.push(reason) },
    signals,
  );
  return { signals, died, stopped, told, code };
}

describe('stopping the local product', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(['SIGINT', 'SIGTERM'])('ends in good order on %s, with code 0', async (signal) => {
    const run = testRun();
    run.signals.emit(signal);
    run.stopped.resolve(undefined);
    expect(await run.code).toBe(0);
    expect(run.told).toEqual(['stopping', 'stop']);
    expect(run.signals.listenerCount(signal)).toBe(0);
  });

  it('takes the two signals of one Ctrl-C, from the terminal and from npm, as one', async () => {
    const run = testRun();
    run.signals.emit('SIGINT');
    await vi.advanceTimersByTimeAsync(100);
    run.signals.emit('SIGINT');
    run.stopped.resolve(undefined);
    expect(await run.code).toBe(0);
    expect(run.told).not.toContain('kill');
  });

  it('ends at once on a second Ctrl-C', async () => {
    const run = testRun();
    run.signals.emit('SIGINT');
    await vi.advanceTimersByTimeAsync(2000);
    run.signals.emit('SIGINT');
    expect(await run.code).toBe(130);
    expect(run.told).toEqual(['stopping', 'stop', 'kill']);
  });

  it('ends everything, with the reason and code 1, when a part dies', async () => {
    const run = testRun();
    run.died.resolve('The store ended.');
    run.stopped.resolve(undefined);
    expect(await run.code).toBe(1);
    expect(run.told).toEqual(['The store ended.', 'stop']);
  });

  it('ends when the shell of npm is gone, and only under npm', () => {
    const emit = vi.fn<(event: string, signal: string) => boolean>();
    const self = { env: { npm_lifecycle_event: 'start' }, ppid: 100, emit };
    endWhenNpmEnds(self);
    vi.advanceTimersByTime(2000);
    expect(emit).not.toHaveBeenCalled();
    self.ppid = 1;
    vi.advanceTimersByTime(2000);
    expect(emit.mock.calls).toEqual([['SIGTERM', 'SIGTERM']]);

    const alone = { ...self, env: {}, ppid: 100 };
    endWhenNpmEnds(alone);
    alone.ppid = 1;
    vi.advanceTimersByTime(2000);
    expect(emit).toHaveBeenCalledTimes(1);
  });
});
