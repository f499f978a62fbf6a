import { truncate } from '../text.ts';

/** How an operation ended: ARM's three endings, or ours: no longer found, or never ending. */
export type Outcome = 'succeeded' | 'failed' | 'canceled' | 'lost' | 'gaveUp';

/** How ARM says that an operation ended. Every other status means: still running (ARM's async contract). */
const terminal: Readonly<Record<string, Outcome>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
  cancelled: 'canceled',
};

/** The outcome that a status stands for, or `null` while the operation runs. */
export function outcomeOf(status: string): Outcome | null {
  const key = status.trim().toLowerCase();
  return Object.hasOwn(terminal, key) ? (terminal[key] ?? null) : null;
}

/** Whether a status is an ending for which ARM may give a reason. */
export function hasFailed(status: string): boolean {
  const outcome = outcomeOf(status);
  return outcome === 'failed' || outcome === 'canceled';
}

/** Phases are kept in histories and messages, many to a row. */
const phaseLength = 128;

/**
 * The part of a status that says *what* is done, without its counter: `UpgradingNodes` of
 * `UpgradingNodes: 8/20 nodes completed`. A change of phase is news; a counter is progress. A long one is cut.
 */
export function phaseOf(status: string): string {
  const colon = status.indexOf(':');
  const phase = (colon === -1 ? status : status.slice(0, colon)).trim();
  return truncate(phase === '' ? status.trim() : phase, phaseLength);
}

/** Whether two phases are the same; ARM's casing varies. */
export function samePhase(a: string, b: string): boolean {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left === right || (outcomeOf(left) !== null && outcomeOf(left) === outcomeOf(right));
}

/** A percentage as a person reads it, rounded down: 100 % is said of nothing that is not done. */
export function percentWords(percent: number): string {
  return `${Math.floor(percent)} %`;
}

/** How far an operation is by the counter in its status. */
export interface Counter {
  readonly done: number;
  readonly total: number;
  /** What is counted, such as `nodes`; empty when the status does not say. */
  readonly unit: string;
}

const counter = /:\s*(\d{1,7})\s*\/\s*(\d{1,7})(?:\s+([a-z]{1,30})\b|(?![\w/]))/i;

/** The counter in a status, `8/20 nodes` of `UpgradingNodes: 8/20 nodes completed`; `null`: there is none. */
export function counterOf(status: string): Counter | null {
  const [, done, total, unit = ''] = counter.exec(status) ?? [];
  const counted = { done: Number(done), total: Number(total), unit };
  return counted.total > 0 && counted.done <= counted.total ? counted : null;
}
