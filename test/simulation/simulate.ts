import { createCallers, noteCrash, subscriptionId } from './callers.ts';
import { chronicleOf } from './chronicle.ts';
import { createEngine, type Decisions } from './engine.ts';
import type { Fact } from './facts.ts';
import { startFleet } from './fleet.ts';
import type { Wrapping } from './instance.ts';
import { invariants } from './invariants.ts';
import { theProduct, type Product } from './product.ts';
import type { Scenario, SimulatedOperation } from './scenario.ts';
import { simulatedArm } from './simulated-arm.ts';
import { simulatedLog } from './simulated-log.ts';
import { withVersions } from './simulated-versions.ts';
import { fateInTrouble } from './trouble.ts';

/** What a simulation came to. */
export interface Simulation {
  /** Promises that were broken, each in a sentence; empty when all is well. */
  readonly violations: readonly string[];
  readonly facts: readonly Fact[];
  readonly trace: readonly string[];
  /** How many requests crossed the boundary before the world healed. */
  readonly requests: number;
}

const start = Date.parse('2024-05-06T07:00:00.000Z');
const day = 24 * 60 * 60_000;
/** Seconds between the ticks after the steps: long enough for the longest wait of the product. */
const recovery = [
  ...times(8, 30),
  ...times(4, 120),
  ...times(3, 300),
  ...times(3, 3700),
  ...times(4, 61),
];

/** Plays a scenario and checks every promise. */
export async function simulate(
  scenario: Scenario,
  decisions: Decisions,
  product: Product = theProduct,
  wrapping: Wrapping = {},
): Promise<Simulation> {
  const { operations, steps, trouble = {}, offers = [], log } = scenario;
  const lastStep = start + Math.max(0, ...steps.map(({ at }) => at)) * 1000;
  const healedAt = lastStep + 29_000;
  let requests = 0;
  let ticks = 0;
  const engine = createEngine(start, {
    next: (waiting) => (engine.now() < healedAt ? decisions.next(waiting) : 0),
    fate(boundary) {
      if (engine.now() >= healedAt) return { kind: 'ok' };
      requests += 1;
      return (
        fateInTrouble(trouble, boundary, (engine.now() - start) / 1000) ?? decisions.fate(boundary)
      );
    },
  });
  const names = [
    ...operations.map(({ name }) => name),
    ...operations.map(({ name }) => `cluster ${name}`),
    ...[1, 2].map((number) => `subscription ${subscriptionId(number)}`),
    'resource group group',
    'all subscriptions',
    'channel default',
    'channel payments',
  ];
  const fleet = startFleet(engine, product, wrapping, names, offers.length > 0);
  const ask = createCallers(engine, product, fleet, operations, operationOf);

  function operationOf(name: string): SimulatedOperation {
    const found = operations.find((operation) => operation.name === name);
    if (found === undefined) throw new Error(`no such operation: ${name}`);
    return found;
  }

  function runTick(on: number): void {
    const instance = fleet.instance(on);
    const { by, needs } = instance;
    // As the timer does: no tick beside one of the same instance.
    if (instance.isTicking) return;
    instance.isTicking = true;
    ticks += 1;
    const tick = ticks;
    engine.record({ kind: 'tickBegan', tick, by });
    const arm = withVersions(simulatedArm(engine, start, operations, operationOf, by, tick), {
      engine,
      start,
      offers,
      operationOf,
      by,
      versions: needs.versions,
    });
    const callers =
      log === undefined
        ? null
        : {
            readLog: simulatedLog(engine, log, operations, by, tick),
            store: needs.callerStore,
          };
    void product
      .tick({ ...needs, arm, callers })
      .catch((error: unknown) => noteCrash(engine, by, error))
      .finally(() => {
        instance.isTicking = false;
      });
  }

  for (const step of steps)
    engine.at(start + step.at * 1000, () => (step.do === 'tick' ? runTick(step.on) : ask(step)));
  let time = lastStep + 30_000;
  for (const seconds of recovery) {
    engine.at(time, () => runTick(0));
    time += seconds * 1000;
    // A person sees in the default channel, or in `health`, what nobody else can put right.
    if (seconds === 300)
      engine.at(time - 1000, () => {
        for (const channel of fleet.strangeChannels()) ask({ at: 0, on: 0, do: 'retry', channel });
      });
  }
  engine.at(time, () => engine.record({ kind: 'settled', ...fleet.counts() }));
  engine.at(time + 40 * day, () => ask({ at: 0, on: 0, do: 'purge' }));
  engine.at(time + 41 * day, () => engine.record({ kind: 'purged', ...fleet.counts() }));
  await engine.run();

  const { facts, trace } = engine;
  const chronicle = chronicleOf(facts);
  const violations = invariants.flatMap((invariant) =>
    invariant(chronicle, facts, scenario).map((words) => `${invariant.name}: ${words}`),
  );
  return { violations, facts, trace, requests };
}

function times(count: number, seconds: number): number[] {
  return Array.from({ length: count }, () => seconds);
}
