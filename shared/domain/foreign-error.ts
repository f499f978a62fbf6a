import { fieldReader, isObject, parseJson } from './foreign-json.ts';
import { oneLine, truncate } from '../text.ts';

/** An error from a foreign system: shaped like an `ErrorDetail`, but neither cleaned nor shortened. */
export interface ForeignError {
  readonly code: string | null;
  readonly message: string | null;
  readonly target: string | null;
  /** Its causes: from its details, its inner error, its message or its additional info. */
  readonly details: readonly ForeignError[];
}

/** At most this much of an error is read: a larger one may be an attack, also on the call stack. */
const most = { nodes: 5000, depth: 100, infos: 100 };

/** How much of an error may still be read. */
interface Budget {
  nodes: number;
}

/**
 * Reads foreign errors; empty ones are left out. Forms that Azure's services send: an object (ARM's ErrorDetail,
 * names in any letter case), one in a field `error`, a text, JSON in a text or in a message, the cause in
 * `innererror` (OData) or `details` at any depth, and the policy's name in `additionalInfo` alone.
 */
export function readErrors(values: readonly unknown[]): readonly ForeignError[] {
  return values.flatMap((value) => readAll([value], 1, { nodes: most.nodes }));
}

function readAll(values: readonly unknown[], depth: number, budget: Budget): ForeignError[] {
  const errors: ForeignError[] = [];
  for (const value of values) {
    if (budget.nodes <= 0 || depth > most.depth) break;
    const error = read(value, depth, budget);
    if (error !== null) errors.push(error);
  }
  return errors;
}

/**
 * Fields with the words of an error: ARM's, .NET's (`ExceptionMessage` beside a `Message`), OAuth's, those of RFC 9457.
 */
const wordNames = [
  'message',
  'errorMessage',
  'exceptionMessage',
  'error_description',
  'title',
  'detail',
] as const;
/** Fields with other errors: ARM's, OData's of each version, .NET's, and those of a deployment's operation. */
const innerNames = [
  'details',
  'innererror',
  'innererrors',
  'internalexception',
  'innerException',
  'error',
  'errors',
  'odata.error',
  'statusMessage',
  'properties',
] as const;
const errorFields = fieldReader(
  'code',
  'errorCode',
  'target',
  'additionalInfo',
  ...wordNames,
  ...innerNames,
);

function read(value: unknown, depth: number, budget: Budget): ForeignError | null {
  budget.nodes -= 1;
  if (typeof value === 'string') return node({ message: value }, depth, budget);
  if (Array.isArray(value)) return node({ details: value }, depth, budget);
  return isObject(value) ? node(errorFields(value), depth, budget) : null;
}

function node(
  fields: ReturnType<typeof errorFields>,
  depth: number,
  budget: Budget,
): ForeignError | null {
  const below = (values: readonly unknown[]): ForeignError[] => readAll(values, depth + 1, budget);
  const [words, ...more] = wordNames.map((name) => fields[name]).filter(saysSomething);
  const { text, held } = messageIn(words, below);
  const details = [
    ...innerNames.flatMap((name) => below(listOf(fields[name]))),
    ...held,
    ...below(more),
    ...listOf(fields.additionalInfo)
      .slice(0, most.infos)
      .flatMap((item) => infoOf(item, below)),
  ];
  const own = {
    code: textOf(fields.code) ?? textOf(fields.errorCode),
    message: text,
    target: textOf(fields.target),
  };
  if (own.code !== null || own.message !== null || own.target !== null) return { ...own, details };
  const [first, ...others] = details;
  if (first === undefined) return null;
  // Only a wrapper: the error is inside.
  return others.length > 0 ? { ...own, details } : first;
}

/** The values of a field that is absent, one value or a list. */
function listOf(field: unknown): readonly unknown[] {
  if (field === undefined || field === null) return [];
  return Array.isArray(field) ? field : [field];
}

function saysSomething(field: unknown): boolean {
  return textOf(field) !== null || (typeof field === 'object' && field !== null);
}

function textOf(field: unknown): string | null {
  if (typeof field === 'number') return String(field);
  return typeof field === 'string' && field.trim() !== '' ? field : null;
}

/** Longer texts are not searched for JSON. */
const longestJson = 256 * 1024;
const messageFields = fieldReader('value');

/** A message, and the errors in its JSON: the whole message, or what follows its words. */
function messageIn(
  field: unknown,
  below: (values: readonly unknown[]) => ForeignError[],
): { text: string | null; held: readonly ForeignError[] } {
  // OData: `{ "lang": "en", "value": "…" }`.
  const text = textOf(isObject(field) ? messageFields(field).value : field);
  if (text === null) return { text, held: below(listOf(field)) };
  const trimmed = text.slice(0, longestJson + 1).trim();
  if (trimmed.length > longestJson) return { text, held: [] };
  if (/^(?:[[{"]|null$)/.test(trimmed)) {
    const json = parseJson(trimmed);
    if (typeof json === 'string') return messageIn(json, below);
    const held = json === undefined ? [] : below([json]);
    return {
      text: held.length > 0 || (json !== undefined && isEmpty(trimmed)) ? null : text,
      held,
    };
  }
  const brace = trimmed.endsWith('}') ? trimmed.indexOf('{') : -1;
  const json = brace === -1 ? undefined : parseJson(trimmed.slice(brace));
  const held = json === undefined ? [] : below([json]);
  return held.length > 0 ? { text: trimmed.slice(0, brace), held } : { text, held };
}

/** Whether JSON text holds no value, like `{"error":null}`. */
function isEmpty(json: string): boolean {
  return json.replace(/"[^"]*"\s*:|null|[\s[\]{},"\\]/g, '') === '';
}

const itemFields = fieldReader('info');
const policyFields = fieldReader(
  'policyAssignmentDisplayName',
  'policyAssignmentName',
  'policyAssignmentId',
  'policyDefinitionDisplayName',
  'policyDefinitionName',
);
const longestName = 128;

/** Reads an entry of `additionalInfo`, whatever its type: the policy that forbids something, or an error. */
function infoOf(
  item: unknown,
  below: (values: readonly unknown[]) => ForeignError[],
): readonly ForeignError[] {
  const { info: given } = itemFields(item);
  const isText = typeof given === 'string' && given.length <= longestJson;
  const info = isText ? (parseJson(given) ?? given) : given;
  const policy = policyIn(info);
  return policy === null
    ? below(listOf(info))
    : [{ code: null, message: policy, target: null, details: [] }];
}

/** `Forbidden by policy assignment "corp-vm-sizes", definition "Allowed virtual machine size SKUs", /providers/…` */
function policyIn(info: unknown): string | null {
  const fields = policyFields(info);
  const name = (...given: unknown[]): string | null => {
    const text = given.map(textOf).find((one) => one !== null);
    return text === undefined || text === null
      ? null
      : truncate(oneLine(text.slice(0, 4096)), longestName);
  };
  const id = textOf(fields.policyAssignmentId)?.slice(0, 4096) ?? null;
  const assignment = name(
    fields.policyAssignmentDisplayName,
    fields.policyAssignmentName,
    id?.split('/').at(-1),
  );
  const definition = name(fields.policyDefinitionDisplayName, fields.policyDefinitionName);
  const policies = [
    ...(assignment === null ? [] : [`assignment "${assignment}"`]),
    ...(definition === null ? [] : [`definition "${definition}"`]),
    ...(id === null ? [] : [truncate(oneLine(id), 512)]),
  ];
  return policies.length === 0 ? null : `Forbidden by policy ${policies.join(', ')}`;
}
