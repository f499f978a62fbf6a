import {
  confident,
  ForgetfulSet,
  oneByOne,
  untilEmptyPage,
  withEarlyClearing,
  withoutEtags,
  withoutRefusals,
} from './faulty-parts.ts';
import type { Wrapping } from './instance.ts';
import type { Edit } from './mutated-product.ts';

/** A deliberate bug, and the promise that it must be seen to break. */
export interface Mutation {
  readonly name: string;
  readonly breaks: string;
  /** What finds it: a fault at one request, a lasting trouble, or a seed. */
  readonly foundBy: 'fault' | 'trouble' | 'seed';
  /** Part of the name of the scenario that finds it; default: any does. */
  readonly within?: string;
  readonly edits?: readonly Edit[];
  readonly wrapping?: Wrapping;
}

const saves = `      const recorded = withEvents(concluded, [...events, ...more], clock().toISOString());
      return (await operations.save(recorded, stored.etag)) === null ? null : { recorded };`;

/** An incident's outbox whose name lacks something. */
function keyWith(lack: string): readonly [file: string, find: string, put: string] {
  const put = `key: incidentKey({ ...incident, ${lack} })`;
  return ['delivery/outboxes.ts', 'key: incidentKey(incident)', put];
}

function scopeWith(lack: string): string {
  return `scope: { ...incident.scope, ${lack} }`;
}

/** Bugs that somebody might make. */
export const mutations: readonly Mutation[] = [
  {
    name: 'records the new state first and its message after it',
    breaks: 'everyRecordedChangeIsPosted',
    foundBy: 'fault',
    within: 'two operations that change',
    edits: [
      {
        file: 'tick/record.ts',
        find: saves,
        put: `      const recorded = withEvents(concluded, [...events, ...more], clock().toISOString());
      const etag = await operations.save(concluded, stored.etag);
      return etag === null || (await operations.save(recorded, etag)) === null ? null : { recorded };`,
      },
    ],
  },
  {
    name: 'clears a message before Slack said ok',
    breaks: 'everyRecordedChangeIsPosted',
    foundBy: 'fault',
    wrapping: { table: withEarlyClearing },
  },
  {
    name: 'takes a subscription that is not found for a cluster that is gone',
    breaks: 'onlyWhatIsGoneIsLost',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/confirmed-lost.ts',
        find: "cause === 'notFound' &&",
        put: "(cause === 'notFound' || cause === 'subscription') &&",
      },
    ],
  },
  {
    name: 'believes an agent pool’s path that is gone with its pool',
    breaks: 'onlyWhatIsGoneIsLost',
    foundBy: 'fault',
    within: 'agent pool, registered',
    edits: [
      {
        file: 'calls/operation-path.ts',
        find: "return cause === 'notFound' || cause === 'rejected';",
        put: "return cause === 'rejected';",
      },
    ],
  },
  {
    name: 'takes an ambiguous answer for ok',
    breaks: 'everyRecordedChangeIsPosted',
    foundBy: 'fault',
    within: 'two operations that change',
    wrapping: { post: confident },
  },
  {
    name: 'ignores the etag when it replaces a row',
    breaks: 'nothingIsPostedTwiceWithoutCause',
    foundBy: 'seed',
    wrapping: { table: withoutEtags },
  },
  {
    name: 'takes a refused conditional write for a written one',
    breaks: 'nothingIsPostedTwiceWithoutCause',
    foundBy: 'seed',
    wrapping: { table: withoutRefusals },
  },
  {
    name: 'sends although another sender is at work',
    breaks: 'nothingIsPostedTwiceWithoutCause',
    foundBy: 'seed',
    edits: [
      {
        file: 'domain/claim.ts',
        find: '!isClaimed(outbox, now) && ',
        put: '',
      },
    ],
  },
  {
    name: 'forgets what Slack took when the store fails',
    breaks: 'nothingIsPostedTwiceWithoutCause',
    foundBy: 'fault',
    wrapping: { accepted: () => new ForgetfulSet() },
  },
  ...(
    [
      ['when it was seen', 'comes again', 'delivery/outboxes.ts', '${at} ${id}`', '${id}`'],
      ['its kind', 'for two reasons', ...keyWith("cause: 'rejected'")],
      ['its subscription', 'are missing', ...keyWith(scopeWith("subscriptionId: 'all'"))],
      [
        'its resource group',
        'are missing',
        ...keyWith(`isOfList: false, ${scopeWith('resourceGroupName: null')}`),
      ],
      ['its cluster', 'are missing', ...keyWith(scopeWith('resourceName: null'))],
    ] as const
  ).map(([what, within, file, find, put]): Mutation => ({
    name: `names an incident’s message without ${what}`,
    breaks: 'incidentsArePostedOnce',
    foundBy: 'fault',
    within,
    edits: [{ file, find, put }],
  })),
  {
    name: 'names an operation’s message without its row',
    breaks: 'everyRecordedChangeIsPosted',
    foundBy: 'fault',
    within: 'two operations that change',
    edits: [
      {
        file: 'delivery/outboxes.ts',
        find: 'key: operationKey(trackingId)',
        put: "key: operationKey('')",
      },
    ],
  },
  {
    name: 'posts for ever what is answered strangely',
    breaks: 'strangeAnswersAreEnough',
    foundBy: 'trouble',
    edits: [{ file: 'domain/channel.ts', find: 'answers + 1 >= mostStrange', put: 'answers < 0' }],
  },
  {
    name: 'tries a channel that answers strangely with what it has had',
    breaks: 'strangeAnswersAreEnough',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/channel.ts',
        find: 'return parkedSince === null ? null : (strange?.since ?? null);',
        put: 'return parkedSince === null && strange === null ? "never" : null;',
      },
      {
        file: 'domain/channel.ts',
        find: 'const parkedRetryMs = 60 * 60_000',
        put: 'const parkedRetryMs = 60_000',
      },
    ],
  },
  {
    name: 'tells an ending again with each reading',
    breaks: 'nothingIsPostedTwiceWithoutCause',
    foundBy: 'seed',
    edits: [
      {
        file: 'domain/compare.ts',
        find: 'if (stored.outcome !== null || isVoid)',
        put: 'if (isVoid)',
      },
    ],
  },
  {
    name: 'untracks without waiting for a message that is being sent',
    breaks: 'nothingIsPostedAfterUntrack',
    foundBy: 'trouble',
    edits: [
      {
        file: 'requests/untrack.ts',
        find: 'isClaimed(stored.operation.outbox, now)',
        put: "isClaimed(stored.operation.outbox, now) && now === ''",
      },
    ],
  },
  {
    name: 'untracks what is on its way to the history in one table only',
    breaks: 'everythingComesToRest',
    foundBy: 'fault',
    within: 'untracking between',
    edits: [
      {
        file: 'requests/untrack.ts',
        find: 'if (await operations.remove(stored)) wasTracked = true;\n      return null;',
        put: 'wasTracked = await operations.remove(stored);\n      return wasTracked ? true : null;',
      },
    ],
  },
  {
    name: 'forgets Slack’s Retry-After',
    breaks: 'retryAfterIsHeeded',
    foundBy: 'seed',
    edits: [
      {
        file: 'domain/channel.ts',
        find: 'Math.max(answer.retryAfterMs, paceMs)',
        put: 'paceMs',
      },
    ],
  },
  {
    name: 'forgets ARM’s Retry-After',
    breaks: 'armIsAskedSparingly',
    foundBy: 'trouble',
    edits: [
      { file: 'domain/next-check.ts', find: '    notBefore,\n  );', put: '  );' },
      {
        file: 'tick/poll.ts',
        find: 'throttledUntil: isThrottled ? notBefore : null',
        put: 'throttledUntil: null',
      },
    ],
  },
  {
    name: 'reads what stands still at every tick',
    breaks: 'armIsAskedSparingly',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/next-check.ts',
        find: 'every: 2 * minute',
        put: 'every: 0',
      },
    ],
  },
  {
    name: 'reads one operation after the other',
    breaks: 'nobodyWaitsForAnother',
    foundBy: 'trouble',
    edits: [
      { file: 'tick/poll.ts', find: 'const callsAtOnce = 48;', put: 'const callsAtOnce = 1;' },
    ],
  },
  {
    name: 'lets all channels wait for each other’s posts',
    breaks: 'nobodyWaitsForAnother',
    foundBy: 'trouble',
    wrapping: { post: oneByOne },
  },
  {
    name: 'stops at an empty page',
    breaks: 'nobodyWaitsForAnother',
    foundBy: 'trouble',
    wrapping: { table: untilEmptyPage },
  },
  {
    name: 'removes an ended operation before it is in the history',
    breaks: 'everythingComesToRest',
    foundBy: 'fault',
    edits: [
      {
        file: 'store/operation-store.ts',
        find: `      await history.upsert(operationKey(trackingId), archivedColumns(operation));
      await active.remove(operationKey(trackingId), etag);`,
        put: `      await active.remove(operationKey(trackingId), etag);
      await history.upsert(operationKey(trackingId), archivedColumns(operation));`,
      },
    ],
  },
  {
    name: 'forgets to tell that operations cannot be read',
    breaks: 'unreadableIsPosted',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/incident.ts',
        find: 'trouble.failures >= unreadableAfter.failures',
        put: 'trouble.failures < 0',
      },
    ],
  },
  {
    name: 'parks a channel without a word',
    breaks: 'parkingIsPostedOnce',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/channel.ts',
        find: '    outbox: owing(outbox, (id): ParkedMessage => ({ id, ...message })),\n',
        put: '',
      },
    ],
  },
  {
    name: 'tells of a parked channel with each refusal',
    breaks: 'parkingIsPostedOnce',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/channel.ts',
        find: '  if (parkedSince !== null) return channel;\n',
        put: '',
      },
      { file: 'domain/channel.ts', find: 'if (isRecent(toldSince, now) || ', put: 'if (' },
      {
        file: 'domain/channel.ts',
        find: 'const parkedRetryMs = 60 * 60_000',
        put: 'const parkedRetryMs = 20_000',
      },
    ],
  },
  {
    name: 'forgets that a person wants a channel tried',
    breaks: 'retryIsHeeded',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/channel.ts',
        find: 'channel.parkedSince === null ? channel : { ...channel, notBefore: now }',
        put: 'channel',
      },
    ],
  },
  {
    name: 'never tries a parked channel again',
    breaks: 'everyRecordedChangeIsPosted',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/channel.ts',
        find: 'const parkedRetryMs = 60 * 60_000',
        put: 'const parkedRetryMs = 9e9',
      },
    ],
  },
  {
    name: 'remembers what a look has shown before it is tracked',
    breaks: 'theLastWordIsPosted',
    foundBy: 'fault',
    within: 'a watch that finds',
    edits: [
      {
        file: 'tick/discover.ts',
        find: '      for (const [index, item] of operationsFound.entries()) {',
        put: `      const known = { ...next, nextLookAt };
      stored.etag = (await store.saveCluster(known, stored.etag)) ?? stored.etag;
      for (const [index, item] of operationsFound.entries()) {`,
      },
    ],
  },
  {
    name: 'finds again what was untracked',
    breaks: 'everythingComesToRest',
    foundBy: 'fault',
    within: 'untracking what a watch',
    edits: [
      {
        file: 'requests/watches.ts',
        find: 'if (known.includes(id)) return true;',
        put: 'if (known.length >= 0) return true;',
      },
    ],
  },
  {
    name: 'finds nothing that had ended when it was looked for',
    breaks: 'theLastWordIsPosted',
    foundBy: 'fault',
    within: 'a watch',
    edits: [
      {
        file: 'domain/cluster-look.ts',
        find: 'if (outcomeOf(seen.status) === null) return true;',
        put: 'return outcomeOf(seen.status) === null;',
      },
    ],
  },
  {
    name: 'takes an ending without times for an old one at a later look',
    breaks: 'theLastWordIsPosted',
    foundBy: 'fault',
    within: 'without its times',
    edits: [
      {
        file: 'domain/cluster-look.ts',
        find: 'return lastLookAt !== null || (seen',
        put: 'return (seen',
      },
    ],
  },
  {
    name: 'tells the newest message first',
    breaks: 'newsArePostedInOrder',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/outbox.ts',
        find: '[...outbox.owed, message(outbox.nextId)]',
        put: '[message(outbox.nextId), ...outbox.owed]',
      },
    ],
  },
  {
    name: 'reads no more after a reading that failed',
    breaks: 'theLastWordIsPosted',
    foundBy: 'fault',
    edits: [
      {
        file: 'domain/next-check.ts',
        find: 'if (state.outcome !== null) return null;',
        put: 'if (state.outcome !== null || state.trouble !== null) return null;',
      },
    ],
  },
  {
    name: 'tells the first status that it sees, although it is no news',
    breaks: 'nothingElseIsPosted',
    foundBy: 'fault',
    within: 'two operations that change',
    edits: [
      {
        file: 'domain/compare.ts',
        find: 'if (before !== null && !samePhase(before, phase))',
        put: 'if (before === null || !samePhase(before, phase))',
      },
      { file: 'domain/compare.ts', find: 'from: before,', put: "from: before ?? 'nothing'," },
    ],
  },
  {
    name: 'forgets which errors it has posted',
    breaks: 'errorsArePostedOnce',
    foundBy: 'trouble',
    within: 'an error that goes to and fro',
    edits: [
      {
        file: 'domain/alternating-errors.ts',
        find: 'told: [...told, seen]',
        put: 'told: [seen]',
      },
    ],
  },
  {
    name: 'tells each time that an error goes to and fro',
    breaks: 'errorsArePostedOnce',
    foundBy: 'trouble',
    within: 'an error that goes to and fro',
    edits: [
      {
        file: 'domain/alternating-errors.ts',
        find: 'const togetherMs = 60 * 60_000;',
        put: 'const togetherMs = 60_000;',
      },
    ],
  },
  {
    name: 'counts the messages of a row wrong',
    breaks: 'rowsCanBeRead',
    foundBy: 'fault',
    edits: [
      {
        file: 'store/outbox-columns.ts',
        find: 'undelivered: owed.length,',
        put: 'undelivered: owed.length * 2,',
      },
    ],
  },
  {
    name: 'counts a run only when it is in the history',
    breaks: 'runsAreCountedOnce',
    foundBy: 'seed',
    edits: [
      {
        file: 'store/operation-store.ts',
        find: '      await onArchive(operation);\n',
        put: '',
      },
      {
        file: 'store/operation-store.ts',
        find: '      await active.remove(operationKey(trackingId), etag);\n',
        put: '      await active.remove(operationKey(trackingId), etag);\n      await onArchive(operation);\n',
      },
    ],
  },
  {
    name: 'moves to another api-version and does not say so',
    breaks: 'movesArePostedOnce',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/version-choices.ts',
        find: 'return posting(alsoOfSubscription(next, shown), from, shown);',
        put: 'return alsoOfSubscription(next, shown);',
      },
    ],
  },
  {
    name: 'writes the api-version that it chose first and the message about it after that',
    breaks: 'movesArePostedOnce',
    foundBy: 'fault',
    within: 'api-versions that are retired',
    edits: [
      {
        file: 'calls/api-versions.ts',
        find: 'if (next !== stored && (await store.save(next, etag)) === null) return null;',
        put: `const { outbox, posted } = stored;
          const quiet = next === stored ? etag : await store.save({ ...next, outbox, posted }, etag);
          if (next !== stored && (quiet === null || (await store.save(next, quiet)) === null)) return null;`,
      },
    ],
  },
  {
    name: 'does not keep the api-version that it chose',
    breaks: 'refusedCallsAreFew',
    foundBy: 'trouble',
    edits: [
      {
        file: 'calls/api-versions.ts',
        find: 'if (next !== stored && (await store.save(next, etag)) === null) return null;',
        put: '',
      },
    ],
  },
  {
    name: 'moves all clusters of a subscription with each that needs another api-version',
    breaks: 'noVersionFlips',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/version-choices.ts',
        find: 'home !== subscriptionKey(place) || !isLeft(before.choices[home], version, at)',
        put: 'true',
      },
    ],
  },
  {
    name: 'tries no other api-version than the one that was refused',
    breaks: 'theLastWordIsPosted',
    foundBy: 'trouble',
    edits: [
      {
        file: 'calls/api-versions.ts',
        find: 'if (version === null) return giveUp(answer);',
        put: 'return giveUp(answer);',
      },
    ],
  },
  {
    name: 'does not count what it asks of the activity log',
    breaks: 'logIsAskedSparingly',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/caller-asks.ts',
        find: 'return { ...ask, asked: ask.asked + 1, dueAt: nextAsk(ask, now, now) };',
        put: 'return ask;',
      },
    ],
  },
  {
    name: 'asks the activity log for what another instance has just asked for',
    breaks: 'logIsAskedSparingly',
    foundBy: 'trouble',
    edits: [
      {
        file: 'tick/find-callers.ts',
        find: 'asked.filter(({ trackingId }) => own.has(trackingId))',
        put: 'asked',
      },
    ],
  },
  {
    name: 'pays for the first page of an activity log alone',
    breaks: 'logIsPaidFor',
    foundBy: 'trouble',
    edits: [
      {
        file: 'tick/find-callers.ts',
        find: 'answers.push({ call, requests, throttledUntil });',
        put: 'answers.push({ call, requests: Math.min(requests, 1), throttledUntil });',
      },
    ],
  },
  {
    name: 'takes the start of a neighbour’s operation for one of its own',
    breaks: 'callersAreFound',
    foundBy: 'trouble',
    edits: [
      {
        file: 'domain/caller.ts',
        find: 'if (resource === cluster)',
        put: "if (!resource.includes('/agentpools/'))",
      },
    ],
  },
  {
    name: 'drops the messages that wait when it writes down who started the operation',
    breaks: 'everyRecordedChangeIsPosted',
    foundBy: 'fault',
    within: 'who started operations',
    edits: [
      {
        file: 'tick/find-callers.ts',
        find: 'const next = { ...operation, startedBy };',
        put: 'const next = { ...operation, startedBy, outbox: { ...operation.outbox, owed: [] } };',
      },
    ],
  },
];
