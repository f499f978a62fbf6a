import { describe, expect, it } from 'vitest';
import {
  fingerprintOf,
  flatten,
  mostSpecific,
  toErrorDetail,
  type ErrorDetail,
} from '../../shared/domain/error-detail.ts';
import { readErrors } from '../../shared/domain/foreign-error.ts';
import { fc } from '../support/properties.ts';

const cause = { code: 'SubnetIsFull', message: 'Subnet snet-aks has 0 of 12 addresses left.' };

const read = (value: unknown): ErrorDetail =>
  toErrorDetail(readErrors([value])) ?? expect.unreachable();
const toldOf = (error: ErrorDetail): string =>
  flatten(error)
    .map(({ message }) => message)
    .join('\n');
const print = (value: unknown): string => fingerprintOf(readErrors([value]));

/** Places where a service puts the cause of an error. */
const places: Readonly<Record<string, (inner: unknown) => unknown>> = {
  'in details': (inner) => ({ code: 'Outer', details: [inner] }),
  'in Details': (inner) => ({ Code: 'Outer', Details: [{}, inner] }),
  'in details that are no list': (inner) => ({ code: 'Outer', details: inner }),
  'in innererror': (inner) => ({ code: 'Outer', innererror: inner }),
  'in innerError': (inner) => ({ code: 'Outer', message: 'See inner errors.', innerError: inner }),
  'in InnerError without a code': (inner) => ({ InnerError: inner }),
  'in error': (inner) => ({ error: inner }),
  'in Error beside a message': (inner) => ({ message: 'Failed.', Error: inner }),
  'in a list': (inner) => [inner],
  'in additional info': (inner) => ({
    code: 'Outer',
    additionalInfo: [{ type: 'x', info: { error: inner } }],
  }),
  'in additional info as JSON': (inner) => ({
    code: 'Outer',
    additionalInfo: [{ type: 'x', info: JSON.stringify({ error: inner }) }],
  }),
  'in additional info alone': (inner) => ({ additionalInfo: { type: 'x', info: inner } }),
  'in errors': (inner) => ({ errors: [inner] }),
  'in Errors beside a code': (inner) => ({ code: 'Outer', message: 'It failed.', Errors: inner }),
  'in inner errors': (inner) => ({ code: 'Outer', innerErrors: [inner] }),
  'in an inner exception': (inner) => ({ Message: 'An error occurred.', InnerException: inner }),
  'in an internal exception': (inner) => ({
    message: '',
    innererror: { internalexception: inner },
  }),
  'in odata.error': (inner) => ({ 'odata.error': inner }),
  'in a status message': (inner) => ({ statusMessage: { status: 'Failed', error: inner } }),
  'as JSON in a status message': (inner) => ({ statusMessage: JSON.stringify({ error: inner }) }),
  'in properties': (inner) => ({ properties: { error: inner } }),
  'as the message': (inner) => ({ code: 'Outer', message: inner }),
  'as JSON': (inner) => JSON.stringify(inner),
  'as JSON with blanks': (inner) => ` \r\n${JSON.stringify(inner, null, 2)}\n`,
  'as JSON in a message': (inner) => ({ code: 'Outer', message: JSON.stringify({ error: inner }) }),
  'as JSON after words': (inner) => ({
    code: 'Outer',
    message: `It failed: ${JSON.stringify({ error: inner })}`,
  }),
  'as JSON in an OData message': (inner) => ({
    code: 'Outer',
    message: { lang: 'en', value: JSON.stringify({ Error: inner }) },
  }),
};
const way = fc.array(fc.constantFrom(...Object.values(places)), { maxLength: 12 });
const within = (ways: readonly ((inner: unknown) => unknown)[], inner: unknown): unknown =>
  ways.reduce((value, place) => place(value), inner);

describe('the cause of an error', () => {
  it.each(Object.entries(places))('is found %s', (_name, place) => {
    expect(mostSpecific(read(place(cause)))).toMatchObject(cause);
  });

  it('is found by any way there, and is what is kept of a way that is too long', () => {
    fc.assert(
      fc.property(way, (ways) => {
        expect(mostSpecific(read(within(ways, cause)))).toMatchObject(cause);
      }),
    );
  });

  it('is found in capitals, as a text, and with a number for its code', () => {
    expect(read({ Code: cause.code, MESSAGE: cause.message, Target: 'np1' })).toMatchObject({
      ...cause,
      target: 'np1',
    });
    expect(read('Subnet is full')).toMatchObject({ code: null, message: 'Subnet is full' });
    expect(read({ code: 409, message: 'x' })).toMatchObject({ code: '409' });
  });

  it.each<[string, object]>([
    ['a list', { message: [cause.message] }],
    ['an OData message', { message: { lang: 'en', value: cause.message } }],
    ['ErrorMessage', { ErrorCode: 'SubnetIsFull', ErrorMessage: cause.message }],
    ['ExceptionMessage', { Message: 'An error has occurred.', ExceptionMessage: cause.message }],
    ['a problem’s detail', { title: 'Failed', status: 409, detail: cause.message }],
    ['additional info', { code: 'X', additionalInfo: [{ type: 'x', info: cause.message }] }],
  ])('is kept where its words are in %s', (_name, value) => {
    expect(toldOf(read(value))).toContain(cause.message);
  });

  it('has one fingerprint, whatever it is wrapped in', () => {
    const wrappings = [
      'in error',
      'in Error beside a message',
      'in a list',
      'as JSON',
      'as JSON with blanks',
      'in InnerError without a code',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...wrappings), { maxLength: 6 }), (names) => {
        const ways = names.flatMap((name) => places[name] ?? []);
        expect(print(within(ways, cause))).toBe(print(cause));
      }),
    );
    expect(print({ code: cause.code, message: 'other', details: [{ message: 'x' }] })).toBe(
      print(cause),
    );
    expect(print({ ...cause, innererror: { code: 'X' } })).not.toBe(print(cause));
  });

  it.each([
    ['{ is no JSON', '{ is no JSON'],
    ['"quoted" is not found', '"quoted" is not found'],
    ['{"hint":"nothing in it is an error"}', '{"hint":"nothing in it is an error"}'],
    ['Template {a} and {"b":1}', 'Template {a} and {"b":1}'],
    ['The value is {"b":1}', 'The value is {"b":1}'],
    ['"The whole text"', 'The whole text'],
  ])('is the text itself where that is no error in JSON: %s', (text, message) => {
    expect(read({ code: 'X', message: text })).toMatchObject({ code: 'X' });
    expect(flatten(read({ code: 'X', message: text })).map((error) => error.message)).toContain(
      message,
    );
  });

  it('is none where nothing is said', () => {
    const nothing = fc.constantFrom<unknown>(
      null,
      {},
      [],
      '',
      ' ',
      'null',
      '{}',
      '""',
      { code: '' },
      [[]],
    );
    const wrappings = fc.array(fc.constantFrom('in error', 'in a list'), { maxLength: 4 });
    fc.assert(
      fc.property(nothing, wrappings, fc.boolean(), wrappings, (value, inner, isText, outer) => {
        const names = [...inner, ...(isText ? ['as JSON'] : []), ...outer];
        const ways = names.flatMap((name) => places[name] ?? []);
        expect(toErrorDetail(readErrors([within(ways, value)]))).toBeNull();
      }),
    );
  });
});

const assignmentId =
  '/providers/Microsoft.Management/managementGroups/corp/providers/Microsoft.Authorization/policyAssignments/corp-vm-sizes';

const forbidden = (given: unknown, type = 'PolicyViolation'): object => ({
  code: 'RequestDisallowedByPolicy',
  message: 'See error details for policy resource IDs.',
  additionalInfo: [{ type, info: given }],
});

describe('the policy that forbids something', () => {
  const info = {
    evaluationDetails: { evaluatedExpressions: [{ path: 'vmSize', operator: 'In' }] },
    policyDefinitionDisplayName: 'Allowed virtual machine size SKUs',
    policyAssignmentDisplayName: 'corp-vm-sizes',
    policyAssignmentId: assignmentId,
  };
  const capitals = Object.fromEntries(
    Object.entries(info).map(([key, value]) => [
      key.slice(0, 1).toUpperCase() + key.slice(1),
      value,
    ]),
  );

  it.each<[string, unknown]>([
    ['by its display name', info],
    ['in capitals', capitals],
    [
      'by its name',
      { ...info, policyAssignmentDisplayName: null, policyAssignmentName: 'corp-vm-sizes' },
    ],
    ['as JSON', JSON.stringify(info)],
    ['by its ID alone', { policyAssignmentId: assignmentId }],
    ['by its display name alone', { policyAssignmentDisplayName: 'corp-vm-sizes' }],
  ])('is named %s, and the code stays the one that is told', (_name, given) => {
    const error = read(forbidden(given));
    expect(toldOf(error)).toContain('Forbidden by policy assignment "corp-vm-sizes"');
    expect(mostSpecific(error).code).toBe('RequestDisallowedByPolicy');
  });

  it('is named wherever the error stands, and makes no other news', () => {
    fc.assert(
      fc.property(
        way.filter((ways) => ways.length < 6),
        (ways) => {
          expect(toldOf(read(within(ways, forbidden(info))))).toContain('corp-vm-sizes');
        },
      ),
    );
    expect(print(forbidden(info))).toBe(print(forbidden({})));
    expect(print(forbidden({ ...info, policyAssignmentDisplayName: 'x' }))).toBe(
      print(forbidden(info)),
    );
  });

  it('has the name of its definition and its ID too, in bounds', () => {
    expect(toldOf(read(forbidden(info)))).toContain(
      `, definition "Allowed virtual machine size SKUs", ${assignmentId}`,
    );
    const long = read(
      forbidden({
        ...info,
        policyAssignmentDisplayName: 'x'.repeat(1e6),
        policyAssignmentId: '/'.repeat(1e6),
      }),
    );
    expect(JSON.stringify(long).length).toBeLessThan(1500);
  });
});

const deep = (levels: number, field: string): unknown => {
  let value: unknown = cause;
  for (let level = 0; level < levels; level += 1) value = { [field]: value };
  return value;
};
const inTexts = (): string => {
  let text = JSON.stringify({ message: 'x'.repeat(50_000) });
  while (text.length < 2_000_000)
    text = JSON.stringify({ message: text, details: [text.slice(0, 1000)] });
  return text;
};

describe('a hostile error', () => {
  it.each<[string, unknown]>([
    ['50,000 inner errors', deep(50_000, 'innererror')],
    ['50,000 errors in errors', deep(50_000, 'error')],
    ['JSON in JSON in JSON', inTexts()],
    ['100,000 braces', { message: `${'{'.repeat(100_000)}}` }],
    ['100,000 lists in a text', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['4 MB that begin like JSON', `{"${'\\"'.repeat(2_000_000)}`],
    [
      '100,000 entries of additional info',
      {
        code: 'X',
        additionalInfo: Array.from({ length: 100_000 }, () => ({
          info: { policyAssignmentName: 'x'.repeat(30) },
        })),
      },
    ],
    [
      '100,000 codes',
      Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`code${at}`, 'x'])),
    ],
  ])('of %s is read in bounds', (_name, value) => {
    const errors = readErrors([value]);
    expect(JSON.stringify(toErrorDetail(errors)).length).toBeLessThan(18_000);
    expect(fingerprintOf(errors)).toMatch(/^[0-9a-f]{32}$/);
  });
});
