import { ticks, type Scenario, type SimulatedOperation } from './scenario.ts';

const podDrain = { code: 'PodDrainFailure', message: 'Pod web-1 could not be evicted.' };
const succeeds: SimulatedOperation = {
  name: 'alpha',
  subscription: 1,
  channel: 'default',
  script: [
    [0, { status: 'InProgress', percentComplete: 10 }],
    [40, { status: 'Upgrading', percentComplete: 50 }],
    [70, { status: 'Succeeded' }],
  ],
};
const fails: SimulatedOperation = {
  name: 'bravo',
  subscription: 2,
  channel: 'payments',
  script: [
    [0, { status: 'Creating' }],
    [40, { status: 'Creating', error: podDrain }],
    [70, { status: 'Failed', error: podDrain }],
  ],
};
const endsAtOnce = (name: string): SimulatedOperation => ({
  ...succeeds,
  name,
  script: [[0, { status: 'Succeeded' }]],
});
/** Begins, fails and ends at these seconds, with a look at its cluster every minute. */
const starts = (name: string, from: number, to: number): SimulatedOperation => ({
  ...fails,
  name,
  subscription: 1,
  channel: 'payments',
  script: [
    [from, { status: 'Upgrading' }],
    [to, { status: 'Failed', error: podDrain }],
  ],
});
/** The deletion of an agent pool: with its end the pool's path knows it no more. */
const deletesPool: SimulatedOperation = {
  ...succeeds,
  name: 'charlie',
  pool: { name: 'old', goneAt: 40 },
  script: [
    [0, { status: 'Deleting' }],
    [70, { status: 'Succeeded' }],
  ],
};
const register = (operation: string, at = 0, on = 0) =>
  ({ at, on, do: 'register', operation }) as const;

/** Clusters that nobody has; each shares all but one of its names with another. */
const missing = [
  { subscription: 1, group: 'group', name: 'kilo' },
  { subscription: 1, group: 'group', name: 'lima' },
  { subscription: 1, group: 'other', name: 'kilo' },
  { subscription: 2, group: 'group', name: 'kilo' },
] as const;

const [newest, middle, oldest] = [
  '2026-10-02-preview',
  '2026-07-02-preview',
  '2025-10-02-preview',
] as const;

const inTwoLocations = [succeeds, { ...succeeds, name: 'bravo', location: 'north' }];

/** Two instances while ARM retires api-versions, location by location. */
const retirements: readonly Scenario[] = [
  {
    name: 'api-versions that are retired in one location after the other',
    operations: inTwoLocations,
    steps: [register('alpha'), register('bravo'), ...ticks(1, 61), ...ticks(46, 46, 30, 1)],
    offers: [
      { location: 'west', from: 25, offered: ['2017-08-31', oldest, middle] },
      { location: 'north', from: 40, offered: [oldest] },
    ],
  },
  {
    name: 'api-versions that differ between clusters whose locations ARM does not name',
    operations: inTwoLocations,
    steps: [register('alpha'), register('bravo'), ...ticks(1, 61), ...ticks(16, 46, 30, 1)],
    offers: [
      { location: 'west', from: 0, offered: [newest], code: 'InvalidAPIVersion' },
      { location: 'north', from: 0, offered: [middle], code: 'InvalidAPIVersion' },
    ],
  },
];

/** An upgrade of which ARM says that it began at a minute from the beginning, mostly before it. */
const begunAt = (name: string, minute: number, channel = 'default'): SimulatedOperation => {
  const kind = {
    operationType: 'PutManagedCluster',
    subOperationType: 'Upgrading',
    startTime: new Date(Date.parse('2024-05-06T07:00:00.000Z') + minute * 60_000).toISOString(),
  };
  return {
    ...succeeds,
    name,
    channel,
    script: [
      [0, { ...kind, status: 'InProgress' }],
      [40, { ...kind, status: 'Upgrading' }],
      [70, { ...kind, status: 'Succeeded' }],
    ],
  };
};
const five = ['alpha', 'bravo', 'charlie', 'delta', 'echo'];

/** Who started operations is asked for beside all else. */
const askedFor: readonly Scenario[] = [
  {
    name: 'who started operations, asked by two instances at once',
    operations: [begunAt('alpha', -4), begunAt('bravo', -4, 'payments')],
    steps: [register('alpha'), register('bravo'), ...ticks(1, 91), ...ticks(31, 91, 30, 1)],
    log: { showsAfter: 60, pages: 2 },
  },
];

/** Logs that are late or long. */
const lateAndLong: readonly Scenario[] = [
  {
    name: 'an activity log that shows events twenty minutes late',
    operations: [begunAt('alpha', -4)],
    steps: [register('alpha'), ...ticks(1, 1681), ...ticks(1, 1681, 30, 1)],
    log: { showsAfter: 1200, pages: 1 },
  },
  {
    name: 'a long activity log of operations that began one after the other',
    operations: five.map((name, at) => begunAt(name, at - 4)),
    steps: [...five.map((name) => register(name)), ...ticks(1, 601)],
    log: { showsAfter: 900, pages: 18 },
  },
];

/** Two short ones, for pairs of faults. */
export const shortScenarios: readonly Scenario[] = [
  {
    name: 'an operation that has ended when it is first read',
    operations: [endsAtOnce('alpha')],
    steps: [register('alpha'), ...ticks(1, 61)],
  },
  {
    name: 'an operation that ends while two instances tick',
    operations: [endsAtOnce('alpha')],
    steps: [register('alpha'), ...ticks(1, 31), ...ticks(1, 31, 30, 1)],
  },
];

/** Stories, each with a fault at every one of its requests. */
export const scenarios: readonly Scenario[] = [
  ...shortScenarios,
  {
    name: 'untracking between the last message and the history',
    operations: [endsAtOnce('alpha')],
    steps: [
      register('alpha'),
      ...ticks(1, 31),
      // It waits for the claim of who died meanwhile, and no tick comes before that is over.
      { at: 35, on: 1, do: 'untrack', operation: 'alpha' },
    ],
  },
  {
    name: 'two operations that change, on two channels',
    operations: [succeeds, fails],
    steps: [register('alpha'), register('bravo'), ...ticks(1, 121)],
  },
  {
    name: 'two instances whose ticks overlap',
    operations: [succeeds, fails],
    steps: [register('alpha'), register('bravo', 0, 1), ...ticks(1, 121), ...ticks(1, 121, 30, 1)],
  },
  {
    name: 'registering again and untracking while messages are sent',
    operations: [succeeds, fails],
    steps: [
      register('alpha'),
      register('bravo'),
      ...ticks(1, 121),
      { at: 45, on: 1, do: 'register', operation: 'alpha', label: 'weekly' },
      { at: 61, on: 1, do: 'untrack', operation: 'bravo' },
      { at: 90, on: 1, do: 'register', operation: 'bravo' },
    ],
  },
  {
    name: 'many endings at once, posted together',
    operations: ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf'].map(endsAtOnce),
    steps: [
      ...['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf'].map((name) =>
        register(name),
      ),
      ...ticks(1, 61),
    ],
  },
  {
    name: 'a channel that is parked and tried again by a person',
    operations: [{ ...fails, script: [[0, { status: 'Failed', error: podDrain }]] }],
    steps: [
      register('bravo'),
      ...ticks(1, 151),
      { at: 65, on: 1, do: 'retry', channel: 'payments' },
    ],
    trouble: { channel: { name: 'payments', how: 'refused', until: 60 } },
  },
  {
    name: 'a watch that finds operations, one of them ended already when it is seen',
    operations: [starts('alpha', 35, 95), starts('bravo', 20, 40)],
    steps: [
      { at: 0, on: 0, do: 'watch', subscription: 1, channel: 'payments' },
      ...ticks(1, 121),
      ...ticks(61, 91, 30, 1),
    ],
  },
  {
    name: 'a watch that finds what has failed between two looks, without its times',
    operations: [{ ...starts('alpha', 125, 140), form: 'yearOne' }],
    steps: [{ at: 0, on: 0, do: 'watch', subscription: 1, channel: 'payments' }, ...ticks(1, 211)],
  },
  {
    name: 'a watch of what Azure does not find for minutes',
    operations: [],
    steps: [
      { at: 0, on: 0, do: 'watch', subscription: 2, channel: 'payments' },
      ...ticks(1, 331),
      ...ticks(241, 301, 30, 1),
    ],
    trouble: { subscription: { number: 2, how: 'missing' } },
  },
  {
    name: 'clusters of the same names and groups that are missing when they are first looked at',
    operations: [],
    steps: [
      ...missing.map(
        ({ subscription, ...cluster }) =>
          ({ at: 0, on: 0, do: 'watch', subscription, channel: 'payments', cluster }) as const,
      ),
      ...ticks(1, 241, 60),
    ],
    trouble: {
      reads: Object.fromEntries(
        missing.map(({ group, name }) => [`list ${group} ${name}`, 'notThere']),
      ),
    },
  },
  {
    name: 'operations of one subscription that cannot be read, for two reasons',
    operations: [
      { ...succeeds, name: 'alpha' },
      { ...succeeds, name: 'bravo' },
    ],
    steps: [register('alpha'), register('bravo'), ...ticks(1, 241, 60)],
    trouble: { reads: { alpha: 'malformed', bravo: 'serverError' } },
  },
  {
    name: 'an incident that comes again, while another instance has recorded the first',
    operations: [],
    steps: [
      { at: 0, on: 0, do: 'watch', subscription: 2, channel: 'payments' },
      ...ticks(1, 241, 60),
      ...ticks(311, 671, 60, 1),
      ...ticks(721, 1021, 60),
    ],
    trouble: {
      subscription: {
        number: 2,
        how: 'missing',
        during: [
          [0, 320],
          [700, 1100],
        ],
      },
    },
  },
  {
    name: 'untracking what a watch has found, and what it is about to find',
    operations: [starts('alpha', 5, 200), starts('bravo', 5, 200)],
    steps: [
      { at: 0, on: 0, do: 'watch', subscription: 1, channel: 'payments' },
      register('bravo', 10),
      ...ticks(1, 121),
      { at: 25, on: 1, do: 'untrack', operation: 'bravo' },
      { at: 100, on: 1, do: 'untrack', operation: 'alpha' },
    ],
  },
  {
    name: 'the deletion of an agent pool, registered',
    operations: [deletesPool],
    steps: [register('charlie'), ...ticks(1, 121)],
  },
  {
    name: 'the deletion of an agent pool, found by a watch',
    operations: [deletesPool],
    steps: [{ at: 0, on: 0, do: 'watch', subscription: 1, channel: 'payments' }, ...ticks(1, 121)],
  },
  {
    name: 'an operation that is lost',
    operations: [
      {
        ...succeeds,
        script: [
          [0, { status: 'Deleting' }],
          [40, 'gone'],
        ],
      },
    ],
    steps: [register('alpha'), ...ticks(1, 361)],
  },
  ...retirements,
  ...askedFor,
];

const others: readonly SimulatedOperation[] = [
  succeeds,
  { ...succeeds, name: 'charlie', subscription: 2, channel: 'default' },
  fails,
  { ...fails, name: 'delta', subscription: 2 },
  endsAtOnce('echo'),
];
// The last one is due after all others.
const all = others.map(({ name }, at) => register(name, at / 10));

/** One part of the world is out of order for minutes; the others must not feel it. */
export const troubles: readonly Scenario[] = [
  ...retirements,
  ...lateAndLong,
  ...(['hangs', 'refused', 'rejected', 'strange'] as const).map((how): Scenario => ({
    name: `a channel that ${how === 'hangs' ? 'does not answer' : `is ${how}`}`,
    operations: others,
    steps: [...all, ...ticks(1, 300)],
    trouble: { channel: { name: 'payments', how } },
  })),
  ...(['hangs', 'malformed', 'throttled', 'forbidden', 'missing'] as const).map(
    (how): Scenario => ({
      name: `a subscription whose reads are ${how === 'hangs' ? 'not answered' : how}`,
      operations: others,
      steps: [...all, ...ticks(1, 300)],
      trouble: { subscription: { number: 2, how } },
    }),
  ),
  {
    name: 'a channel that is refused until a person has it tried again',
    operations: others,
    steps: [...all, ...ticks(1, 300), { at: 200, on: 1, do: 'retry', channel: 'payments' }],
    trouble: { channel: { name: 'payments', how: 'refused', until: 190 } },
  },
  {
    name: 'a table whose every query begins with an empty page',
    operations: others,
    steps: [...all, ...ticks(1, 150)],
    trouble: { emptyPages: true },
  },
  {
    name: 'an operation that is untracked while its message is on its way',
    operations: [endsAtOnce('alpha'), { ...succeeds, name: 'bravo' }],
    steps: [
      register('alpha'),
      register('bravo'),
      ...ticks(1, 91),
      { at: 5, on: 1, do: 'untrack', operation: 'alpha' },
      { at: 65, on: 0, do: 'untrack', operation: 'bravo' },
    ],
    trouble: { channel: { name: 'default', how: 'slow' } },
  },
  {
    name: 'an operation that stands still for an hour',
    operations: [
      {
        ...succeeds,
        script: [
          [0, { status: 'Draining' }],
          [4000, { status: 'Succeeded' }],
        ],
      },
    ],
    steps: [register('alpha'), ...ticks(1, 4100)],
  },
  {
    name: 'an error that goes to and fro for hours',
    operations: [
      {
        ...succeeds,
        script: [
          [0, { status: 'Creating' }],
          ...Array.from({ length: 149 }, (_, turn): SimulatedOperation['script'][number] => [
            (turn + 1) * 60,
            { status: 'Creating', error: { ...podDrain, code: `Fault${turn % 3}` } },
          ]),
          [9000, { status: 'Succeeded' }],
        ],
      },
    ],
    steps: [register('alpha'), ...ticks(1, 9100)],
  },
];
