import type { DeliveryNeeds } from '../delivery/needs.ts';
import { startDelivery, type Delivery } from '../delivery/lanes.ts';
import { noting } from '../calls/reserve.ts';
import { passingOver, type StoredOutbox } from '../delivery/outboxes.ts';
import { endingOf } from '../domain/ending-log-line.ts';
import type { SlackAnswer } from '../domain/slack-answer.ts';
import type { TickReport } from '../domain/tick-summary.ts';
import { passingOverCorrupt } from '../store/passing-over-corrupt.ts';
import { collectRefusals } from '../store/refused-rows.ts';
import type { IsoTime } from '../time.ts';
import { archive } from './archive.ts';
import { findCallers, type CallerNeeds } from './find-callers.ts';
import { deadlineOf } from './deadline.ts';
import { owedOutboxes } from './owed-outboxes.ts';
import { isComplete, logRows, reportOf, summaryOf } from './report.ts';
import { observe, type ObserveNeeds } from './observe.ts';

/** What a tick works with. */
export interface TickNeeds extends Omit<
  ObserveNeeds & DeliveryNeeds & CallerNeeds,
  'refusals' | 'onEnded'
> {
  /** NCRONTAB of the ticks: one ends before the next should start. */
  readonly schedule: string;
  /** Calls a monitor outside to say that all went well; gives up after this long. */
  readonly heartbeat: (timeoutMs: number) => Promise<void>;
}

/** A heartbeat has at least this long, in milliseconds, also in a tick that has used up its time. */
const shortestHeartbeatMs = 500;

/**
 * One tick. Rejects when the store fails: what was not recorded is simply done again by the next tick. A row that
 * cannot be read or written is passed over, and named in the log.
 *
 * 1. Load what is due and what is owed.
 * 2. Begin to deliver: it runs beside the reading. Only the first message of a burst waits a few seconds for it.
 * 3. Read, compare and record; discover; review the incidents.
 * 4. Wait until what is owed is posted, or the time is up; beside it, look up who started operations.
 * 5. Archive what has ended and was posted.
 * 6. Save what the tick did, and call the monitor outside when all went well.
 */
export async function tick(given: TickNeeds): Promise<TickReport> {
  const corrupt = new Map<string, string>();
  const refusals = collectRefusals();
  const answers: SlackAnswer['meaning'][] = [];
  const budget = noting(given.budget, given.armBudget, given.clock);
  const needs = {
    ...given,
    refusals,
    budget: budget.store,
    onEnded: (...ended: Parameters<ObserveNeeds['onEnded']>) =>
      given.log.info('ended', { ...endingOf(...ended) }),
    operations: passingOverCorrupt(given.operations, (id, why) => void corrupt.set(id, why)),
    post: async (...request: Parameters<TickNeeds['post']>) => {
      const answer = await given.post(...request);
      answers.push(answer.meaning);
      return answer;
    },
  };
  const now = (): IsoTime => needs.clock().toISOString();
  const started = needs.clock();
  const startedAt = started.toISOString();
  const deadline = deadlineOf(needs.schedule, started);

  const [work, channels, versions] = await Promise.all([
    needs.work.load(startedAt),
    needs.state.channels(),
    needs.versions.refresh(),
  ]);
  const loadedAt = now();

  let isReading = true;
  const delivery = startDelivery(needs, deadline, () => isReading);
  const deliver = (outbox: StoredOutbox): void => delivery.add(passingOver(outbox, refusals));
  for (const outbox of owedOutboxes(work, channels, versions, needs)) deliver(outbox);

  const observing = observe(work, startedAt, deadline, deliver, needs).finally(() => {
    isReading = false;
  });
  const observed = await beside(delivery, observing);
  const polledAt = now();

  const [delivered, callers] = await Promise.all([
    delivery.finish(),
    findCallers(observed.started, deadline.end, needs),
  ]);
  const deliveredAt = now();

  await archive(work, needs);

  const corruptRows = [
    ...work.corrupt.map(({ partitionKey, rowKey, why }) => `${partitionKey} ${rowKey}: ${why}`),
    ...corrupt.values(),
  ];
  logRows('Stored rows cannot be read; they are left as they are.', corruptRows, needs.log);
  const milestones = { startedAt, loadedAt, polledAt, deliveredAt, completedAt: now() };
  const rows = { corrupt: corruptRows, refused: refusals.rows };
  const summary = summaryOf(observed, delivered, rows, milestones);
  await refusals.passOver(async () => await needs.state.saveLastTick(summary));
  logRows(
    'Table storage refuses rows that are too large; they stay as they were.',
    refusals.rows,
    needs.log,
  );
  // A monitor that hangs must not delay the next tick; one that works answers quickly.
  const timeLeft = deadline.end - needs.clock().getTime();
  if (isComplete(summary)) await needs.heartbeat(Math.max(timeLeft, shortestHeartbeatMs));
  return reportOf(summary, observed, callers, answers, budget.least, milestones);
}

/** Waits for a step that runs beside the delivery; when it fails, the delivery is brought to its end before that. */
async function beside<T>(delivery: Delivery, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    await delivery.finish().catch(() => {});
    throw error;
  }
}
