import { randomly } from './decide.ts';
import type { Decisions } from './engine.ts';
import { createRandom, type Random } from './random.ts';
import {
  ticks,
  type ArmAnswer,
  type Scenario,
  type SimulatedOperation,
  type Step,
} from './scenario.ts';

const clusters = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel'];
/** Known at the end alone, so that nothing is ever overdue. */
const upgrade = {
  operationType: 'PutManagedCluster',
  subOperationType: 'Upgrading',
  startTime: '2024-05-06T06:55:00.000Z',
};
const endings = ['Succeeded', 'Failed', 'Canceled'] as const;

/** A story and what goes wrong in it, all from one number. */
export function fromSeed(seed: number): { scenario: Scenario; decisions: Decisions } {
  const random = createRandom(seed);
  const lasts = 60 + random.below(240);
  // Now and then more than a message tells singly, and now and then one that stands still.
  const count = random.chance(0.1) ? clusters.length : 1 + random.below(3);
  const operations = clusters.slice(0, count).map((name) => someOperation(name, lasts, random));
  const steps: Step[] = [
    ...operations.flatMap(({ name }) => requestsFor(name, lasts, random)),
    ...ticksOf(lasts, random),
  ];
  if (random.chance(0.1))
    steps.push({ at: random.below(lasts), on: 0, do: 'retry', channel: 'payments' });
  const log = someLog(createRandom(seed + 1_000_000));
  const scenario: Scenario = { name: `seed ${seed}`, operations, steps, ...log };
  return { scenario, decisions: randomly(random, random.pick([0.01, 0.03, 0.08])) };
}

/** Numbers of its own: a story is the same with it and without. */
function someLog(random: Random): Pick<Scenario, 'log'> {
  if (!random.chance(0.5)) return {};
  return {
    log: { showsAfter: random.pick([0, 200, 900, 1400]), pages: random.pick([1, 3, 15]) },
  };
}

function someOperation(name: string, lasts: number, random: Random): SimulatedOperation {
  const channel = random.pick(['default', 'payments']);
  const changes = random.below(5);
  const script: [number, ArmAnswer][] = [];
  for (let change = 0; change < changes; change += 1)
    script.push([random.below(lasts), runningAnswer(name, random)]);
  script.sort(([a], [b]) => a - b);
  const error = { code: `Fault-${name}`, message: 'It did not work.' };
  const ending: ArmAnswer = random.chance(0.1)
    ? 'gone'
    : { ...upgrade, status: random.pick(endings), ...(random.chance(0.3) ? { error } : {}) };
  const begins: ArmAnswer = random.chance(0.2) ? ending : { status: 'InProgress' };
  return {
    name,
    subscription: 1 + random.below(2),
    channel,
    script: [[0, begins], ...(begins === ending ? [] : [...script, [lasts, ending] as const])],
  };
}

function runningAnswer(name: string, random: Random): ArmAnswer {
  const status = `Step${random.below(20)}`;
  const code = `${random.pick(['Quota', 'Drain'])}-${name}`;
  return {
    status,
    percentComplete: random.below(100),
    ...(random.chance(0.3) ? { error: { code, message: 'It may yet recover.' } } : {}),
  };
}

function requestsFor(operation: string, lasts: number, random: Random): Step[] {
  const on = random.below(2);
  const steps: Step[] = [{ at: random.below(30), on, do: 'register', operation }];
  if (random.chance(0.3))
    steps.push({ at: random.below(lasts), on, do: 'register', operation, label: 'again' });
  if (random.chance(0.3)) {
    const at = random.below(lasts);
    steps.push({ at, on: 1 - on, do: 'untrack', operation });
    if (random.chance(0.5))
      steps.push({ at: at + random.below(90), on, do: 'register', operation });
  }
  if (random.chance(0.05)) steps.push({ at: random.below(lasts), on, do: 'purge' });
  return steps;
}

/** One or two instances, some ticks left out, and now and then a clock that jumps over many. */
function ticksOf(lasts: number, random: Random): Step[] {
  const first = ticks(1, lasts + 30);
  const second = random.chance(0.5) ? ticks(1 + random.below(30), lasts + 30, 30, 1) : [];
  const skipped = random.chance(0.3) ? 0.3 : 0;
  const jump = random.chance(0.1) ? 2000 + random.below(4000) : 0;
  const jumpsAt = random.below(lasts);
  return [...first, ...second]
    .filter(() => !random.chance(skipped))
    .map((step) => (step.at > jumpsAt ? { ...step, at: step.at + jump } : step));
}
