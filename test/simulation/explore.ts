import { fates, scripted } from './decide.ts';
import type { Boundary, Decisions, Fate } from './engine.ts';
import type { Wrapping } from './instance.ts';
import { theProduct, type Product } from './product.ts';
import { fromSeed } from './random-scenario.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

/** A simulation in which a promise was broken. */
export interface Finding {
  /** How to come by it again. */
  readonly where: string;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
}

/** What is simulated: the product as it is, or with a bug. */
export interface Subject {
  readonly product: Product;
  readonly wrapping: Wrapping;
}

const asItIs: Subject = { product: theProduct, wrapping: {} };

/** A finding in words, for a failing test: where, what, and the steps that led there. */
export function tell({ where, violations, trace }: Finding): string {
  return [`In ${where}:`, ...violations, ...trace].join('\n');
}

/** Plays each scenario without further faults. */
export async function* untroubled(
  scenarios: readonly Scenario[],
  subject: Subject = asItIs,
): AsyncGenerator<Finding> {
  for (const scenario of scenarios) yield* play(scenario.name, scenario, scripted(), subject);
}

/** Plays each scenario with each fault at every one of its requests; before and after are the same where one only reads. */
export async function* everyFault(
  scenarios: readonly Scenario[],
  subject: Subject = asItIs,
): AsyncGenerator<Finding> {
  for (const scenario of scenarios) {
    const boundaries: Boundary[] = [];
    await simulate(scenario, noting(boundaries));
    for (const boundary of boundaries) {
      const { index } = boundary;
      for (const fate of isRead(boundary) ? fatesOfReads : fates) {
        const where = `${scenario.name}, ${words(fate)} at #${index}`;
        yield* play(where, scenario, scripted(new Map([[index, fate]])), subject);
      }
    }
  }
}

const fatesOfReads = fates.filter((fate) => 'effect' in fate && !fate.effect);

function isRead({ side, name }: Boundary): boolean {
  return side === 'arm' || (side === 'table' && /^(?:get|page)\b/.test(name));
}

/** Everything goes well, and every request is noted. */
function noting(boundaries: Boundary[]): Decisions {
  const { next, fate } = scripted();
  return {
    next,
    fate(boundary) {
      boundaries.push(boundary);
      return fate(boundary);
    },
  };
}

/** Plays a scenario with a kill at every pair of requests, and with a kill where the other's answer is lost. */
export async function* everyPair(scenario: Scenario): AsyncGenerator<Finding> {
  const kill: Fate = { kind: 'kill', effect: true };
  const lose: Fate = { kind: 'fail', effect: true };
  const { requests } = await simulate(scenario, scripted());
  for (let first = 0; first < requests; first += 1) {
    for (const early of [kill, lose]) {
      const after = await simulate(scenario, scripted(new Map([[first, early]])));
      for (let second = first + 1; second < after.requests; second += 1) {
        const where = `${scenario.name}, ${words(early)} at #${first}, ${words(kill)} at #${second}`;
        const given = new Map([
          [first, early],
          [second, kill],
        ]);
        yield* play(where, scenario, scripted(given), asItIs);
      }
    }
  }
}

/** Plays so many seeds. */
export async function* seeds(
  first: number,
  count: number,
  subject: Subject = asItIs,
): AsyncGenerator<Finding> {
  for (let seed = first; seed < first + count; seed += 1) {
    const { scenario, decisions } = fromSeed(seed);
    yield* play(`seed ${seed}`, scenario, decisions, subject);
  }
}

async function* play(
  where: string,
  scenario: Scenario,
  decisions: Decisions,
  { product, wrapping }: Subject,
): AsyncGenerator<Finding> {
  const { violations, trace } = await simulate(scenario, decisions, product, wrapping);
  if (violations.length > 0) yield { where, violations, trace };
}

function words(fate: Fate): string {
  return 'effect' in fate ? `${fate.kind} ${fate.effect ? 'after' : 'before'}` : fate.kind;
}
