import type { Fact, NewFact, Process } from './facts.ts';

/** What becomes of a request at the boundary between the product and the world. */
export type Fate =
  | { readonly kind: 'ok' }
  /** The process dies, before or after the request took effect. */
  | { readonly kind: 'kill'; readonly effect: boolean }
  /** The caller hears of a failure, before or after the request took effect. */
  | { readonly kind: 'fail'; readonly effect: boolean }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The other side answers in a way of its own: throttled, malformed, stale … */
  | { readonly kind: 'odd'; readonly how: string };

/** A request that waits for its fate. */
export interface Boundary {
  /** Counts up from 0. */
  readonly index: number;
  readonly by: Process;
  readonly side: 'table' | 'arm' | 'slack';
  /** Which table, subscription or channel. */
  readonly place: string;
  readonly name: string;
}

/** Who decides what happens next; everything else is determined. */
export interface Decisions {
  /** Which of so many waiting requests is next. */
  readonly next: (waiting: number) => number;
  readonly fate: (boundary: Boundary) => Fate;
}

/** How a request is carried out. */
export interface Request<T> {
  readonly by: Process;
  readonly side: Boundary['side'];
  readonly place: string;
  readonly name: string;
  /** The caller gives up after so many milliseconds. */
  readonly timeoutMs: number;
  readonly run: (how: { readonly odd: string | null; readonly isLost: boolean }) => T;
  /** What the caller sees of a failure; may throw. */
  readonly failed: () => T;
}

/** Simulated time, and all requests in it: one step after the other, in an order that is decided from outside. */
export interface Engine {
  now(): number;
  request<T>(request: Request<T>): Promise<T>;
  sleep(by: Process, ms: number): Promise<void>;
  /** Does something at a time, in milliseconds. */
  at(time: number, action: () => void): void;
  record(fact: NewFact): void;
  /** Runs until nothing is left to happen. */
  run(): Promise<void>;
  readonly facts: readonly Fact[];
  readonly trace: readonly string[];
}

interface Waiting {
  readonly boundary: Boundary;
  readyAt: number;
  fate: Fate | null;
  readonly timeoutMs: number;
  readonly run: Request<unknown>['run'];
  /** Answers the caller; with a failure when there is no value. */
  readonly answer: (value: { readonly of: unknown } | null) => void;
}

interface Timed {
  readonly time: number;
  readonly by: Process | null;
  readonly action: () => void;
}

const ok: Fate = { kind: 'ok' };
/** No simulation needs more steps; one that does goes round in circles. */
const mostSteps = 50_000;

export function createEngine(start: number, decisions: Decisions): Engine {
  let now = start;
  let requests = 0;
  let waiting: Waiting[] = [];
  let timed: Timed[] = [];
  const facts: Fact[] = [];
  const trace: string[] = [];

  const say = (by: Process | null, words: string): void =>
    void trace.push(
      `${((now - start) / 1000).toFixed(1).padStart(8)} ${by?.name.padEnd(4) ?? ''} ${words}`,
    );

  function kill(by: Process): void {
    by.isAlive = false;
    waiting = waiting.filter(({ boundary }) => boundary.by !== by);
    timed = timed.filter((one) => one.by !== by);
    record({ kind: 'killed', by });
  }

  function record(fact: NewFact): void {
    facts.push({ ...fact, at: now });
  }

  function step(one: Waiting): void {
    const { boundary, run, answer, timeoutMs } = one;
    const { by, index, side, place, name } = boundary;
    const fate = one.fate ?? decisions.fate(boundary);
    if (fate.kind === 'delay') {
      const isTooLong = fate.ms >= timeoutMs;
      one.readyAt = now + Math.min(fate.ms, timeoutMs);
      one.fate = isTooLong ? { kind: 'fail', effect: fate.ms % 2 === 0 } : ok;
      return;
    }
    waiting = waiting.filter((other) => other !== one);
    const words = fate.kind === 'odd' ? fate.how : fate.kind;
    const effect = 'effect' in fate ? (fate.effect ? ' after the effect' : ' before') : '';
    say(
      by,
      `#${index} ${side} ${place} ${name}${fate.kind === 'ok' ? '' : `  <== ${words}${effect}`}`,
    );
    const value =
      'effect' in fate && !fate.effect
        ? null
        : { of: run({ odd: fate.kind === 'odd' ? fate.how : null, isLost: 'effect' in fate }) };
    if (fate.kind === 'kill') kill(by);
    else answer(fate.kind === 'fail' ? null : value);
  }

  return {
    now: () => now,
    request<T>({ by, side, place, name, timeoutMs, run, failed }: Request<T>): Promise<T> {
      return new Promise((resolve, reject) => {
        if (!by.isAlive) return;
        const boundary = { index: requests, by, side, place, name };
        requests += 1;
        let value: { of: T } | null = null;
        waiting.push({
          boundary,
          readyAt: now,
          fate: null,
          timeoutMs,
          run: (how) => {
            value = { of: run(how) };
          },
          answer: (given) => {
            try {
              resolve(given === null || value === null ? failed() : value.of);
            } catch (error) {
              reject(error);
            }
          },
        });
      });
    },
    sleep: (by, ms) =>
      new Promise((resolve) => {
        if (by.isAlive) timed.push({ time: now + ms, by, action: resolve });
      }),
    at: (time, action) => void timed.push({ time, by: null, action }),
    record,
    async run() {
      for (let steps = 0; steps < mostSteps; steps += 1) {
        // All that runs in between runs dry: the product waits for nothing but requests and sleeps.
        await new Promise(setImmediate);
        const ready = waiting.filter(({ readyAt }) => readyAt <= now);
        const one = ready[decisions.next(ready.length)];
        if (one !== undefined) {
          step(one);
          continue;
        }
        const times = [...waiting.map(({ readyAt }) => readyAt), ...timed.map(({ time }) => time)];
        if (times.length === 0) return;
        now = Math.max(now, Math.min(...times));
        const due = timed.filter(({ time }) => time <= now);
        timed = timed.filter(({ time }) => time > now);
        for (const { action } of due) action();
      }
      throw new Error('The simulation does not end.');
    },
    facts,
    trace,
  };
}
