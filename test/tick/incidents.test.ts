import { armIdOf } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import { createWorkStore } from '../../shared/store/work-store.ts';
import { reviewIncidents } from '../../shared/tick/incidents.ts';
import { collectRefusals } from '../../shared/store/refused-rows.ts';
import { plus } from '../../shared/time.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { startApp, startProxiedApp } from '../support/app.ts';
import { someCluster } from '../support/settings.ts';
import { someTable } from '../support/tables.ts';
import { forbidden } from '../support/incidents.ts';

describe('an incident', () => {
  it.each(['notFound', 'forbidden'] as const)(
    'is not told again for one answer of another kind: %s',
    async (kind) => {
      await using app = await startProxiedApp({ STALLED_AFTER: '0' });
      const cluster = someCluster();
      const other = { ...cluster, resourceName: 'aks-2' };
      for (const one of kind === 'forbidden' ? [cluster, other] : [other]) app.arm.addCluster(one);
      const { watches, clock } = app.root.app();
      await ensureWatch({ scope: cluster, options: {} }, watches, clock);
      const usual = kind === 'forbidden' ? [forbidden] : [];
      app.arm.faults.set(...usual);
      await app.tickFor(20, 60);
      for (let times = 0; times < 3; times += 1) {
        app.arm.faults.set({ kind: 'status', status: 503 });
        await app.tickFor(1, 600);
        app.arm.faults.set(...usual);
        await app.tickFor(10, 120);
      }
      expect(app.told).toHaveLength(1);
    },
  );

  it.each(['notFound', 'forbidden'] as const)(
    'has its end posted by the next tick when one is broken off before: %s',
    async (kind) => {
      await using app = await startProxiedApp({ STALLED_AFTER: '0' });
      const cluster = someCluster();
      app.arm.addCluster({ ...cluster, resourceName: 'aks-2' });
      if (kind === 'forbidden') {
        app.arm.addCluster(cluster);
        app.arm.faults.set(forbidden);
      }
      const { watches, clock } = app.root.app();
      await ensureWatch({ scope: cluster, options: {} }, watches, clock);
      await app.tickFor(20, 60);
      expect(app.told).toHaveLength(1);
      app.arm.addCluster(cluster);
      app.arm.faults.clear();
      app.tables.fault = ({ path }) =>
        decodeURIComponent(path.replaceAll('+', ' ')).includes("troubleCause gt ''")
          ? 'refuse'
          : null;
      await expect(app.tickFor(1, 900)).rejects.toThrow('Table storage is not available');
      app.tables.fault = () => null;
      await app.tickFor(1, 30);
      expect(app.told.slice(1)).toEqual([expect.stringMatching(/^(?:Found|Readable) again: /)]);
    },
  );

  it('says of each of its turns how long it lasted, also when they are posted together', async () => {
    await using app = await startApp({ STALLED_AFTER: '0' });
    const cluster = someCluster();
    app.arm.addCluster({ ...cluster, resourceName: 'aks-2' });
    const { watches, clock } = app.root.app();
    await ensureWatch({ scope: cluster, options: {} }, watches, clock);
    app.slack.faults.set({ kind: 'down' });
    await app.tickFor(10, 60);
    app.arm.addCluster(cluster);
    await app.tickFor(15, 60);
    app.arm.forget(armIdOf(cluster));
    await app.tickFor(15, 60);
    app.slack.faults.clear();
    await app.tickFor(10, 300);
    const sent = JSON.stringify(app.slack.messages.map(({ payload }) => payload));
    expect(sent.match(/(?:failed for|again: cluster [\w-]+, after)[^.)"]*/g)?.join()).not.toMatch(
      / 0 s/,
    );
    expect(app.told).toHaveLength(3);
  });
});

describe('two ticks that do not know of each other', () => {
  const since = '2026-09-21T14:00:00.000Z';
  const now = plus(since, 300_000);
  const trouble = { cause: 'forbidden', code: 'X', message: 'No.', since, failures: 3 } as const;

  it('open an incident once', async () => {
    const work = createWorkStore(someTable());
    const read = [{ scope: someCluster(), isOperation: true, trouble }];
    const reviews = [];
    for (let tick = 0; tick < 2; tick += 1)
      reviews.push(await reviewIncidents(read, [], now, work, collectRefusals()));
    expect(reviews.map(({ owing }) => owing.length)).toEqual([1, 0]);
    const [opened] = reviews[0]?.owing ?? [];
    if (opened === undefined) throw new Error('none');
    expect((await work.findIncident(opened))?.incident.outbox.owed).toHaveLength(1);
  });

  it('end it at once, also while a sender changes its row', async () => {
    const work = createWorkStore(someTable());
    const one = { scope: someCluster(), isOperation: true };
    await reviewIncidents([{ ...one, trouble }], [], now, work, collectRefusals());
    const { incidents } = await work.load(now);
    let changes = 0;
    const saveIncident: typeof work.saveIncident = async (incident, etag) => {
      changes += 1;
      return changes < 3 ? null : await work.saveIncident(incident, etag);
    };
    const contended = { ...work, saveIncident };
    const read = [{ ...one, trouble: null }];
    const { owing, open } = await reviewIncidents(
      read,
      incidents,
      now,
      contended,
      collectRefusals(),
    );
    expect(open).toBe(0);
    expect(owing.map(({ outbox }) => outbox.owed.map(({ event }) => event))).toEqual([
      ['unreadable', 'readableAgain'],
    ]);
  });
});
