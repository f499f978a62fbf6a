import type { Reading, ReadingFailure } from '../domain/reading.ts';
import type { OperationReference } from '../domain/reference.ts';

/**
 * An operation of an agent pool has two paths: that of its pool, where it is asked first, and that of its cluster. After
 * the pool is deleted its own path may answer 404 while the cluster's says Succeeded.
 */
export type Path = 'own' | 'cluster';

/** The operation as it is addressed at a path. */
export function at(path: Path, operation: OperationReference): OperationReference {
  return path === 'own' ? operation : { ...operation, agentPoolName: null };
}

/** The path that may know what this one does not; `null`: there is no other. */
export function otherPath(path: Path, { agentPoolName }: OperationReference): Path | null {
  if (agentPoolName === null) return null;
  return path === 'own' ? 'cluster' : 'own';
}

/** Whether the other path may still know the operation after this failure. */
export function isOfPath({ cause }: ReadingFailure): boolean {
  return cause === 'notFound' || cause === 'rejected';
}

/** The reading of one operation from two paths: it is "not found" only when both paths say so. */
export function together(first: Reading, second: Reading): Reading {
  const { result } = second;
  const isHalfFound =
    !first.result.ok &&
    first.result.failure.cause !== 'notFound' &&
    !result.ok &&
    result.failure.cause === 'notFound';
  return isHalfFound ? { ...second, result: first.result } : second;
}
