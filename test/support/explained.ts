import { expect } from 'vitest';
import { toErrorDetail, type ErrorDetail } from '../../shared/domain/error-detail.ts';
import { readErrors } from '../../shared/domain/foreign-error.ts';
import { unknownKind, type OperationKind } from '../../shared/domain/operation-kind.ts';
import { explain, type Explanation } from '../../shared/explain/explain.ts';
import { reference, type RawError } from './operation-builders.ts';

/** An error of ARM as it is kept. */
export function keptError(error: RawError): ErrorDetail {
  return toErrorDetail(readErrors([error])) ?? expect.unreachable();
}

/** What an error of ARM is explained by, for an operation that has ended if nothing else is said. */
export function explained(
  error: RawError,
  { isRunning = false, ...kind }: Partial<OperationKind> & { readonly isRunning?: boolean } = {},
): Explanation | null {
  return explain(keptError(error), reference, { kind: { ...unknownKind, ...kind }, isRunning });
}
