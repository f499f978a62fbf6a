import { patterns } from '../domain/azure-names.ts';
import { parseClusterId } from '../domain/scope.ts';
import * as z from 'zod/mini';
import { foreignObject, isObject } from '../domain/foreign-json.ts';
import { mostSpecific, toErrorDetail } from '../domain/error-detail.ts';
import { readErrors } from '../domain/foreign-error.ts';
import { kindOf, type KindEvidence, type OperationKind } from '../domain/operation-kind.ts';
import { subOperationLimit, worstFirst, type SubOperations } from '../domain/sub-operations.ts';
import { parseOperationId } from '../domain/reference.ts';
import { hasFailed } from '../domain/status.ts';
import { cleanText, oneLine } from '../text.ts';

const someText = z.catch(z.string(), '');
/** An ID or a type; a longer one than Azure's ever are counts as absent. */
export const someName = z.catch(z.string().check(z.maxLength(2048)), '');

/** A percentage; anything else counts as absent. */
export const percentage = z.catch(z.nullable(z.number().check(z.gte(0), z.lte(100))), null);

/** The fields that show the kind of an operation or sub-operation. */
export const kindFields = {
  id: someName,
  resourceId: someName,
  operationType: someName,
  subOperationType: someName,
};

/** Reads the kind of an operation with this status. */
export function parseKind(
  {
    id,
    resourceId,
    ...types
  }: { readonly id: string; readonly resourceId: string } & Pick<
    KindEvidence,
    'operationType' | 'subOperationType'
  >,
  status: string,
): OperationKind {
  return kindOf({ ...types, on: startedOn(id, resourceId), status });
}

/**
 * What an operation was started on: its `resourceId` says so. Its own ID may name the agent pool too, but that of
 * a cluster says nothing: ARM shows operations of agent pools there as well.
 */
function startedOn(id: string, resourceId: string): KindEvidence['on'] {
  const pool = /\/agentPools\/([^/]+)\/?$/i.exec(resourceId)?.[1] ?? '';
  const agentPoolName = patterns.agentPoolName.test(pool)
    ? pool
    : (parseOperationId(id)?.agentPoolName ?? null);
  if (agentPoolName !== null) return { target: 'agentPool', agentPoolName };
  return { target: parseClusterId(resourceId) === null ? null : 'cluster', agentPoolName };
}

/** A sub-operation as ARM sent it; everything in it may be absent or odd. */
const rawSubOperation = foreignObject({
  ...kindFields,
  name: someText,
  status: someText,
  percentComplete: percentage,
  error: z.optional(z.unknown()),
  code: z.optional(z.unknown()),
  message: z.optional(z.unknown()),
  operations: z.optional(z.unknown()),
});

/** See {@link rawSubOperation}. */
type RawSubOperation = Omit<z.infer<typeof rawSubOperation>, 'code' | 'message'>;

/** Sub-operations looked at, over all levels. */
const lookedAtLimit = 1000;
/** A row holds many of these. */
const lengths = { name: 40, status: 120, code: 80 };

/** The sub-operations of every level, those of the first one first. */
export function rawSubOperationsIn(operations: unknown): RawSubOperation[] {
  const found: RawSubOperation[] = [];
  const waiting: unknown[] = [operations];
  for (let looked = 0; waiting.length > 0 && looked < lookedAtLimit;) {
    const given = waiting.shift();
    const list = Array.isArray(given) ? given : [given];
    for (const item of list.slice(0, lookedAtLimit - looked)) {
      looked += 1;
      const part = isObject(item) ? rawSubOperation.safeParse(item) : null;
      if (part?.success !== true) continue;
      const { code, message, ...data } = part.data;
      // Flat, as of the operation itself.
      const isFlat = (data.error ?? null) === null && hasFailed(data.status);
      found.push(isFlat ? { ...data, error: { code, message } } : data);
      waiting.push(part.data.operations);
    }
  }
  return found;
}

/** The sub-operations that are worth keeping; one without a status is none. */
export function parseSubOperations(raw: readonly RawSubOperation[]): SubOperations {
  const all = raw.flatMap(({ name, status: given, percentComplete, error, ...kind }) => {
    const status = clean(given, lengths.status);
    if (status === '') return [];
    const ownName = clean(name, lengths.name);
    return {
      name: ownName === '' ? null : ownName,
      kind: parseKind(kind, status),
      status,
      percentComplete,
      error,
    };
  });
  const kept = worstFirst(all).slice(0, subOperationLimit);
  const parts = kept.map(({ error, ...part }) => ({ ...part, code: codeOf(error) }));
  return { parts, partsLeftOut: all.length - parts.length };
}

function codeOf(error: unknown): string | null {
  const detail = toErrorDetail(readErrors([error]));
  const code = detail === null ? null : mostSpecific(detail).code;
  return code === null ? null : clean(code, lengths.code);
}

function clean(text: string, max: number): string {
  return oneLine(cleanText(text, max));
}
