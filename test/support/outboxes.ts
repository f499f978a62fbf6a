import type { DeliveryNeeds } from '../../shared/delivery/needs.ts';
import { emptyOutbox, owing, type Outbox } from '../../shared/domain/outbox.ts';
import type { SlackAnswer } from '../../shared/domain/slack-answer.ts';
import type { Notice } from '../../shared/slack/notice.ts';
import type { SlackMessage } from '../../shared/slack/payload.ts';
import { createStateStore } from '../../shared/store/state-store.ts';
import type { OpenOutbox, StoredOutbox } from '../../shared/delivery/outboxes.ts';
import { collectRefusals } from '../../shared/store/refused-rows.ts';
import { createClock, type TestClock } from './clock.ts';
import { createRows, simulatedTable } from '../simulation/simulated-table.ts';

/** An outbox in memory, whose row can be looked at and changed by others. */
export interface TestOutbox extends StoredOutbox {
  readonly name: string;
  /** As it is stored; `null`: it is gone. */
  outbox: Outbox | null;
  /** Called before each write; what it changes comes first, so that the write is refused. */
  beforeWrite: () => void;
}

/** An outbox that owes messages about a cluster of this name. */
export function outboxOf(name: string, count: number, at: string, mention?: string): TestOutbox {
  let full: Outbox = emptyOutbox;
  for (let message = 0; message < count; message += 1) full = owing(full, (id) => ({ id, at }));
  const open = (current: Outbox): OpenOutbox => ({
    outbox: current,
    nameOf: ({ id, at: seenAt }) => `${name} ${seenAt} ${id}`,
    notices: () => current.owed.map(({ id }) => noticeOf(name, id, mention ?? null)),
    async write(change) {
      stored.beforeWrite();
      if (stored.outbox !== current) return null;
      stored.outbox = change(current);
      return open(stored.outbox);
    },
  });
  const stored: TestOutbox = {
    name,
    channel: 'default',
    owedSince: at,
    undelivered: count,
    outbox: full,
    beforeWrite: () => {},
    open: async () => (stored.outbox === null ? null : open(stored.outbox)),
  };
  return stored;
}

function noticeOf(name: string, id: number, mention: string | null): Notice {
  return {
    lead: 'Failed',
    name,
    brief: 'no reason given',
    headline: `Failed: ${name}: number ${id}`,
    mention,
    tone: 'bad',
    asksForAction: true,
    facts: 'It did not work.',
    said: null,
    links: [],
    context: ['test'],
    ids: [`Operation ${name}`],
  };
}

/** What delivery works with, in memory, by a clock that only waits and posts move on. */
export interface TestDelivery extends DeliveryNeeds {
  readonly time: TestClock;
  readonly log: DeliveryNeeds['log'] & { readonly lines: readonly string[] };
  /** Everything that was posted, oldest first. */
  readonly posts: readonly TestPost[];
  /** What Slack answers to the next post; at first it takes every one. */
  answer: (post: TestPost) => SlackAnswer;
}

/** A post, as it began. */
export interface TestPost {
  readonly at: number;
  readonly url: string;
  readonly message: SlackMessage;
  readonly timeoutMs: number;
}

/** The URL of the channel `default`. */
export const testUrl = 'https://hooks.slack.example/services/T0/B0/default';

export function startTestDelivery(): TestDelivery {
  const time = createClock();
  const posts: TestPost[] = [];
  const lines: string[] = [];
  const line = (message: string): void => void lines.push(message);
  const needs: TestDelivery = {
    time,
    posts,
    answer: () => ({ meaning: 'delivered' }),
    channels: new Map([['default', testUrl]]),
    async post(url, message, timeoutMs = Number.NaN) {
      const post = { at: time.now().getTime(), url, message, timeoutMs };
      posts.push(post);
      return needs.answer(post);
    },
    state: createStateStore(simulatedTable(createRows(), async (_name, _key, run) => run(false))),
    clock: time.now,
    sleep: time.sleep,
    random: () => 0.5,
    log: { info: line, error: line, lines },
    accepted: new Set<string>(),
    refusals: collectRefusals(),
  };
  return needs;
}
