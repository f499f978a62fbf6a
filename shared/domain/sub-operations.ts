import { isDeepStrictEqual } from 'node:util';
import type { OperationKind } from './operation-kind.ts';
import { outcomeOf } from './status.ts';

/** A sub-operation: what one agent pool, or the control plane, does within an operation. */
export interface SubOperation {
  /** Its operation ID, or what ARM has in its place. */
  readonly name: string | null;
  readonly kind: OperationKind;
  /** Never empty. */
  readonly status: string;
  /** 0..100, `null` when absent. */
  readonly percentComplete: number | null;
  /** The most specific code of its error. */
  readonly code: string | null;
}

/** The sub-operations of an operation. */
export interface SubOperations {
  /** The worst first; at most {@link subOperationLimit}. */
  readonly parts: readonly SubOperation[];
  /** How many more there are. */
  readonly partsLeftOut: number;
}

/** How many sub-operations are kept. */
export const subOperationLimit = 20;
/** How many of them a message shows. */
const shownLimit = 8;

const inOrder = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** The order in which they are shown: what needs attention first. */
const ranks = ['failed', 'canceled', 'running', 'succeeded'];

/** Sub-operations as they are shown: the worst first, then by name, in whatever order ARM lists them. */
export function worstFirst<T extends Pick<SubOperation, 'name' | 'kind' | 'status'>>(
  parts: readonly T[],
): T[] {
  const rank = ({ status }: T): number => ranks.indexOf(outcomeOf(status) ?? 'running');
  const label = ({ kind, name, status }: T): string =>
    [kind.agentPoolName, name, status].filter((word) => word !== null).join(' ');
  return parts.toSorted((a, b) => rank(a) - rank(b) || inOrder(label(a), label(b)));
}

/** The sub-operations that a message shows: the worst ones. */
export function subOperationsToShow({ parts, partsLeftOut }: SubOperations): SubOperations {
  const first = parts.slice(0, shownLimit);
  return { parts: first, partsLeftOut: partsLeftOut + parts.length - first.length };
}

/** What is known after a reading: one without sub-operations says nothing about them, unless it is the last. */
export function knownSubOperations(
  stored: SubOperations,
  seen: SubOperations,
  hasEnded: boolean,
): SubOperations {
  const { parts, partsLeftOut } = seen.parts.length === 0 && !hasEnded ? stored : seen;
  return { parts, partsLeftOut };
}

/** Whether sub-operations stand where they stood. */
export function sameSubOperations(one: SubOperations, other: SubOperations): boolean {
  return one.partsLeftOut === other.partsLeftOut && isDeepStrictEqual(one.parts, other.parts);
}
