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

/**
 * The part of a status that says *what* is done, without its counter: `UpgradingNodes` of
 * `UpgradingNodes: 8/20 nodes completed`. A change of phase is news; a counter is progress.
 */
export function phaseOf(status: string): string {
  const colon = status.indexOf(':');
  const phase = (colon === -1 ? status : status.slice(0, colon)).trim();
  return phase === '' ? status.trim() : phase;
}

/** Whether two phases are the same; ARM's casing varies. */
export function samePhase(a: string, b: string): boolean {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left === right || (outcomeOf(left) !== null && outcomeOf(left) === outcomeOf(right));
}
