import pMap from 'p-map';
import { startArm } from '../local/arm/server.ts';
import { startSlack } from '../local/slack/server.ts';
import { operationArmId } from '../shared/domain/reference.ts';
import { operationsOf, type Fleet } from './fleet.ts';
import { seeded } from './numbers.ts';
import { fetchToken } from './obvious.ts';
import { getStatus, obviousPoller, ourPoller } from './pollers.ts';

/** What this process is given to do. */
export interface BudgetAssignment {
  readonly poller: 'ours' | 'obvious';
  /** Whether ARM counts Lists among the status reads too. */
  readonly listsAreReads: boolean;
  /** Connection string of the store that ours uses. */
  readonly storage: string;
  /** Its table there. */
  readonly table: string;
}

/** How it went. */
export interface BudgetFigures {
  readonly gets: number;
  readonly lists: number;
  /** The poller's 429s. */
  readonly refused: number;
  /** Those after the first minute. */
  readonly refusedLater: number;
  readonly foreignCalls: number;
  /** The foreign client's 429s. */
  readonly foreignRefused: number;
  /** From each change to when it was seen, in seconds; of those that were. */
  readonly waits: readonly number[];
  readonly unseen: number;
}

const fleet: Fleet = { size: 600, subscriptions: 1, perCluster: 20 };
const second = 1000;
const changeCount = 2400;
const changesEnd = 20 * 60 * second;
/** Later than the last change, so that it can be seen. */
const end = changesEnd + 3 * 60 * second;
const tickEvery = 30 * second;
/** Timers fire a little late, by less than this. */
const tickLateness = 0.9 * second;
/** A third of the 2 tokens that come back each second. */
const foreignEvery = 1.5 * second;

process.once('message', (assignment: BudgetAssignment) => {
  void play(assignment).then((figures) => {
    process.send?.(figures);
    process.disconnect();
  });
});

/** Something that happens, in milliseconds after the beginning. */
interface Happening {
  readonly at: number;
  readonly happen: () => void | Promise<void>;
}

async function play(assignment: BudgetAssignment): Promise<BudgetFigures> {
  const clock = createClock();
  const begin = clock.now().getTime();
  const random = seeded(1);
  await using arm = await startArm({
    now: clock.now,
    rateLimit: { listsAreReads: assignment.listsAreReads },
  });
  await using slack = await startSlack({ now: clock.now });
  const ids = operationsOf(fleet).map(operationArmId);
  for (const id of ids) arm.set(id, { status: 'InProgress' });
  const poller =
    assignment.poller === 'ours'
      ? await ourPoller(fleet, arm, slack, assignment, clock.now)
      : await obviousPoller(ids, arm, clock.now);
  const foreignToken = await fetchToken(arm.identityEnv);
  const calls = {
    gets: 0,
    lists: 0,
    refused: 0,
    refusedLater: 0,
    foreignCalls: 0,
    foreignRefused: 0,
  };
  /** By operation, when it changed; the first change makes its status `Phase1`. */
  const changes = new Map(ids.map((id) => [id, Array<number>()]));

  function change(id: string, at: number): void {
    const changedAt = changes.get(id) ?? [];
    changedAt.push(at);
    arm.set(id, { status: `Phase${changedAt.length}` });
  }
  async function callAsForeigner(): Promise<void> {
    calls.foreignCalls += 1;
    if ((await getStatus(arm, ids[0] ?? '', foreignToken)) === null) calls.foreignRefused += 1;
  }
  async function tick(): Promise<void> {
    const before = arm.callCount;
    await poller.tick();
    // Nobody else calls meanwhile.
    const made = arm.calls.slice(arm.calls.length - (arm.callCount - before));
    const lists = made.filter(({ path }) => path.endsWith('/operations')).length;
    const refused = made.filter(({ status }) => status === 429);
    calls.lists += lists;
    calls.gets += made.length - lists;
    calls.refused += refused.length;
    calls.refusedLater += refused.filter(({ at }) => at.getTime() >= begin + 60 * second).length;
  }

  const happenings: Happening[] = [
    ...Array.from({ length: changeCount }, () => {
      const at = random() * changesEnd;
      const id = ids[Math.floor(random() * ids.length)] ?? '';
      return { at, happen: () => change(id, begin + at) };
    }),
    ...each(foreignEvery).map((at) => ({ at, happen: callAsForeigner })),
    ...each(tickEvery).map((at) => ({ at: at + random() * tickLateness, happen: tick })),
  ];
  for (const { at, happen } of happenings.toSorted((a, b) => a.at - b.at)) {
    clock.passUntil(begin + at);
    await happen();
  }

  const waits = await pMap(
    changes,
    async ([id, changedAt]) => {
      const sightings = await poller.sightings(id);
      return changedAt.flatMap((at, index) => {
        // One that a later change has overtaken is seen with that.
        const seen = sightings.find(({ status }) => Number(status.slice('Phase'.length)) > index);
        return seen === undefined ? [] : [(seen.at - at) / second];
      });
    },
    { concurrency: 16 },
  );
  return { ...calls, waits: waits.flat(), unseen: changeCount - waits.flat().length };
}

/** From the beginning to the end, every so many milliseconds. */
function each(ms: number): number[] {
  return Array.from({ length: Math.ceil(end / ms) }, (_, index) => index * ms);
}

/** A clock that runs as the real one does, and can leap forward. It begins at a full half minute. */
function createClock() {
  let ahead = Math.ceil(Date.now() / tickEvery) * tickEvery - Date.now();
  return {
    now: () => new Date(Date.now() + ahead),
    passUntil(time: number): void {
      ahead = Math.max(ahead, time - Date.now());
    },
  };
}
