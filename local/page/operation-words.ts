import { kindWords } from '../../shared/domain/operation-kind.ts';
import { usualWords } from '../../shared/domain/usual-duration.ts';
import type { TrackedOperation } from '../notifier-api.ts';

/** How a state looks. The word always says it too: colour alone is no information. */
export type Tone = 'running' | 'good' | 'bad' | 'warning' | 'muted';

/** An operation's state in a word. */
export interface Badge {
  readonly word: string;
  readonly tone: Tone;
}

const outcomes: Readonly<Record<NonNullable<TrackedOperation['outcome']>, Badge>> = {
  succeeded: { word: 'Succeeded', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  canceled: { word: 'Canceled', tone: 'warning' },
  lost: { word: 'Lost', tone: 'warning' },
  gaveUp: { word: 'Given up', tone: 'warning' },
};

/** The outcome of an operation, or that it runs. */
export function describeState(operation: TrackedOperation): Badge {
  if (operation.outcome !== null) return outcomes[operation.outcome];
  if (operation.status === null) return { word: 'Registered', tone: 'muted' };
  return { word: 'Running', tone: 'running' };
}

/**
 * Takes a status apart: AKS puts a counter behind the phase,
 * as in `UpgradingNodes: 8/20 nodes completed`.
 */
export function splitStatus(status: string): { readonly phase: string; readonly detail: string } {
  const colon = status.indexOf(':');
  if (colon === -1) return { phase: status.trim(), detail: '' };
  return { phase: status.slice(0, colon).trim(), detail: status.slice(colon + 1).trim() };
}

/** How long an operation has run, or ran: from ARM's start time, or else from its registration. */
export function describeElapsed(operation: TrackedOperation, now: Date): string {
  const { state, startTime, endTime, lastChangedAt, registeredAt } = operation;
  const from = Date.parse(startTime ?? registeredAt);
  if (state === 'active') return describeDuration(now.getTime() - from);
  const to = Date.parse(endTime ?? lastChangedAt ?? registeredAt);
  return `took ${describeDuration(to - from)}`;
}

/** How long it usually takes; empty where that is not known. */
export function describeUsual({ usual }: TrackedOperation): string {
  if (!usual) return '';
  const { lowSeconds, highSeconds, runs, of } = usual;
  return usualWords({ lowMs: lowSeconds * 1000, highMs: highSeconds * 1000, runs, of });
}

/** What runs, as far as it is known: `agent pool np1 upgrade`. */
export function describeKind({ kind, agentPoolName }: TrackedOperation): string {
  if (!kind) return agentPoolName ?? '';
  return kindWords({ ...kind, agentPoolName: kind.agentPoolName ?? null }) ?? '';
}

/** How far an operation is, in percent, by ARM's percentage or else by the counter; `null`: not known. */
export function percentOf({ percentComplete, progress }: TrackedOperation): number | null {
  if (percentComplete !== null || !progress) return percentComplete;
  return (100 * progress.done) / progress.total;
}

/** What a sub-operation does, and where it stands. */
export function describePart({ kind, name, status, percentComplete, code }: SubOperation): {
  readonly what: string;
  readonly how: string;
} {
  const words = kind && kindWords({ ...kind, agentPoolName: kind.agentPoolName ?? null });
  const percent = percentComplete === null ? '' : `${Math.floor(percentComplete)} %`;
  return {
    what: words ?? name ?? 'Sub-operation',
    how: [status, percent, code].filter(Boolean).join(' · '),
  };
}

type SubOperation = NonNullable<TrackedOperation['parts']>[number];

/** When the product will look at an operation again; empty for a finished one. */
export function describeNextCheck(operation: TrackedOperation, now: Date): string {
  if (operation.state === 'finished' || operation.nextCheckAt === null) return '';
  const ms = Date.parse(operation.nextCheckAt) - now.getTime();
  return ms < 1000 ? 'check due' : `next check in ${describeDuration(ms)}`;
}

/**
 * A duration in its two largest units: `8 s`, `4 min 12 s`, `3 h 5 min`, `2 d 1 h`.
 *
 * @param ms - milliseconds; negative ones count as none
 */
export function describeDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const units: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = units.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** A camel-cased name as words: `statusChanged` becomes `Status changed`. */
export function toWords(name: string): string {
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
