import type { Answer } from './listen.ts';

/** Changes a JSON value: what stands in it already, field by field. */
type Change = (value: unknown) => unknown;

/**
 * Forms in which Azure's services have been seen to answer the same thing: a byte order mark
 * (Azure/terraform-provider-azapi#1098), other letter case (msrestazure-for-python#54), `null` for what is empty or
 * absent (Azure/ARO-HCP#1222), fields that nobody knows, unset times (autorest.csharp#741), times without a zone
 * (terraform-provider-azurerm#29254) or with blanks, and errors as a text, as JSON in a text, in an inner error
 * (msrestazure-for-python#73) or in a message; and Lists that show an operation without its error.
 */
export const formNames = [
  'byteOrderMark',
  'capitals',
  'smallLetters',
  'nulls',
  'moreFields',
  'yearOne',
  'yearOneWithoutZone',
  'noZone',
  'blanks',
  'errorAsJson',
  'errorAsList',
  'errorInInner',
  'errorInMessage',
  'noErrorInLists',
] as const;

/** The name of a form. */
export type FormName = (typeof formNames)[number];

const forms: Readonly<Record<FormName, Change>> = {
  byteOrderMark: (body: unknown) => `\ufeff${JSON.stringify(body)}`,
  capitals: everywhere((key, value) => [key.slice(0, 1).toUpperCase() + key.slice(1), value]),
  smallLetters: everywhere((key, value) => [key.toLowerCase(), value]),
  nulls: (body: unknown) =>
    withNulls(everywhere((key, value) => [key, isEmpty(value) ? null : value])(body)),
  moreFields: (body: unknown) => withMore(body),
  yearOne: times(() => '0001-01-01T00:00:00Z'),
  yearOneWithoutZone: times(() => '0001-01-01T00:00:00'),
  noZone: times((time) => time.replace(/Z$/, '')),
  blanks: times((time) => time.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' +0000')),
  errorAsJson: errors((error) => JSON.stringify({ error })),
  errorAsList: errors((error) => [error]),
  errorInInner: errors((error) => ({
    code: 'BadRequest',
    message: 'See inner errors for details.',
    innererror: { innerError: error },
  })),
  errorInMessage: errors((error) => ({
    code: 'DeploymentFailed',
    message: `The operation failed: ${JSON.stringify({ error })}`,
  })),
  noErrorInLists: (body: unknown) => (isList(body) ? errors(() => null)(body) : body),
};

/** A JSON answer in another form; a text stays as it is. */
export function inForm(answer: Answer, form: FormName): Answer {
  if (typeof answer.body === 'string') return answer;
  const body = forms[form](answer.body);
  const headers = { 'content-type': 'application/json; charset=utf-8', ...answer.headers };
  return { ...answer, headers, body: typeof body === 'string' ? body : Object(body) };
}

function everywhere(change: (key: string, value: unknown) => [string, unknown]): Change {
  const all: Change = (value) => {
    if (Array.isArray(value)) return value.map(all);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => change(key, all(inner))));
  };
  return all;
}

function times(change: (time: string) => string): Change {
  return everywhere((key, value) => [
    key,
    /^(?:start|end)Time$/.test(key) && typeof value === 'string' ? change(value) : value,
  ]);
}

function errors(change: (error: object) => unknown): Change {
  return everywhere((key, value) => [
    key,
    key === 'error' && typeof value === 'object' && value !== null ? change(value) : value,
  ]);
}

function isList(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'value' in body;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** An operation's status and a page of a List with all that they may have. */
function withNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const absent = { nextLink: null, error: null, operations: null, percentComplete: null };
  const list =
    'value' in body && Array.isArray(body.value) ? { value: body.value.map(withNulls) } : {};
  return { ...absent, ...body, ...list };
}

function withMore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    withMore(inner),
  ]);
  const more = [
    ['@odata.etag', 'W/"1"'],
    ['systemData', { createdBy: null }],
    ['x', [[]]],
  ];
  return Object.fromEntries([...more, ...entries]);
}
