import { describe, expect, it } from 'vitest';
import { startApp, type Instance } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { plus } from '../../shared/time.ts';

const ended = ({ log }: Instance): unknown[] =>
  log.map((line) => JSON.parse(line)).filter(({ message }) => message === 'ended');
const minute = 60_000;
/** The time of a test moves on a little while the tick reads and posts. */
const about = (ms: number): unknown =>
  expect.toSatisfy((value: number) => value >= ms && value < ms + 5000);

describe('the log has a line for each operation that has ended', () => {
  it('with what ran, how long, and how long after Azure’s end it was read and posted; and no name', async () => {
    await using app = await startApp();
    const start = app.clock.now().toISOString();
    const tracked = await app.track();
    await app.tickFor(1);
    tracked.set({
      status: 'Failed',
      startTime: start,
      endTime: plus(start, 40 * minute),
      operationType: 'PutAgentPool',
      subOperationType: 'Upgrading',
    });
    app.clock.pass(41 * 60);
    await app.tickFor(1);
    await app.tickFor(2);
    const [line, ...more] = ended(app);
    expect(more).toEqual([]);
    expect(line).toEqual({
      message: 'ended',
      outcome: 'failed',
      kind: 'agentPool.upgrade',
      durationMs: 40 * minute,
      toReadMs: about(2 * minute),
      toSlackMs: about(2 * minute),
    });
  });

  it('also when Slack takes the message late: then it counts until Slack’s ok', async () => {
    await using app = await startApp();
    const start = app.clock.now().toISOString();
    const { set } = await app.track();
    set({ status: 'Succeeded', startTime: start, endTime: start });
    app.slack.faults.set({ kind: 'status', status: 429, retryAfter: 50, times: 1 });
    await app.tickFor(1);
    expect(ended(app)).toEqual([]);
    await app.tickFor(2);
    expect(ended(app)).toMatchObject([
      { toReadMs: about(minute / 2), toSlackMs: about(1.5 * minute) },
    ]);
  });

  it('also when several are posted as a digest', async () => {
    await using app = await startApp();
    const start = app.clock.now().toISOString();
    for (let count = 0; count < 7; count += 1)
      await app.track({ answer: { status: 'Canceled', startTime: start, endTime: start } });
    await app.tickFor(1);
    expect(app.slack.messages).toHaveLength(1);
    expect(ended(app)).toHaveLength(7);
    expect(ended(app)).toMatchObject(
      Array.from({ length: 7 }, () => ({ outcome: 'canceled', toSlackMs: about(minute / 2) })),
    );
  });

  it('also when nobody wants its ending posted, without a time of Slack', async () => {
    await using app = await startApp();
    const start = app.clock.now().toISOString();
    const cluster = someCluster();
    const { watches, clock } = app.root.app();
    await ensureWatch({ scope: cluster, options: { events: [] } }, watches, clock);
    const { id } = app.arm.start({ ...cluster, scenario: 'neverEnds' });
    app.arm.set(id, { status: 'Succeeded', startTime: start, endTime: plus(start, 1000) });
    await app.tickFor(8);
    expect(app.slack.messages).toEqual([]);
    expect(ended(app)).toMatchObject([{ outcome: 'succeeded', durationMs: 1000, toSlackMs: null }]);
  });

  it('also when it is lost, without the times that Azure never gave', async () => {
    await using app = await startApp();
    await app.track({
      answer: { status: 404, body: { error: { code: 'NotFound', message: '' } } },
    });
    await app.tickFor(12);
    expect(ended(app)).toEqual([
      {
        message: 'ended',
        outcome: 'lost',
        kind: 'any.any',
        durationMs: null,
        toReadMs: null,
        toSlackMs: null,
      },
    ]);
  });

  it('which counts from its registration when that came after the end', async () => {
    await using app = await startApp();
    const start = app.clock.now().toISOString();
    app.clock.pass(3600);
    await app.track({ answer: { status: 'Succeeded', startTime: start, endTime: start } });
    await app.tickFor(1);
    expect(ended(app)).toMatchObject([{ durationMs: 0, toReadMs: about(minute / 2) }]);
  });
});
