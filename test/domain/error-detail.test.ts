import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import * as product from '../../shared/domain/error-detail.ts';
import { flatten, mostSpecific } from '../../shared/domain/error-detail.ts';
import { readErrors } from '../../shared/domain/foreign-error.ts';
import { foreignError } from '../support/operation-arbitraries.ts';
import type { RawError } from '../support/operation-builders.ts';

const fingerprintOf = (values: readonly unknown[]): string =>
  product.fingerprintOf(readErrors(values));
const toErrorDetail = (values: readonly unknown[]): product.ErrorDetail | null =>
  product.toErrorDetail(readErrors(values));

const drain = { code: 'PodDrainFailure', target: 'node-4', message: 'pod checkout-7d9f' };
const quota = { code: 'QuotaExceeded', target: 'userpool', message: 'limit 100, usage 98' };
const upgrade = { code: 'UpgradeFailed', message: 'at 14:03', details: [drain, quota] };

/** The error with every message and the order of details changed, and one detail repeated. */
function retold(error: RawError): RawError {
  const details = (error.details ?? []).map(retold).toReversed();
  return {
    ...error,
    message: `another: ${error.message}`,
    details: [...details, ...details.slice(0, 1)],
  };
}

function nested(levels: number, inner: RawError = {}): RawError {
  let error: RawError = { code: 'Bottom', ...inner };
  for (let level = 1; level < levels; level += 1) error = { code: 'Level', details: [error] };
  return error;
}

/** An error with this many levels of eight details each. */
function bushy(levels: number): RawError {
  if (levels === 0) return { code: 'Leaf' };
  return { code: 'Branch', details: Array.from({ length: 8 }, () => bushy(levels - 1)) };
}

describe('the fingerprint', () => {
  it('ignores messages, order and repetition', () => {
    expect(fingerprintOf([retold(upgrade)])).toBe(fingerprintOf([upgrade]));
    expect(fingerprintOf([quota, drain, quota])).toBe(fingerprintOf([drain, quota]));
    fc.assert(
      fc.property(foreignError, (error) => {
        expect(fingerprintOf([retold(error)])).toBe(fingerprintOf([error]));
      }),
    );
  });

  it('ignores the case of letters', () => {
    expect(fingerprintOf([{ code: 'QUOTAEXCEEDED', target: 'UserPool' }])).toBe(
      fingerprintOf([quota]),
    );
  });

  it.each<[string, readonly RawError[]]>([
    ['the code', [{ ...upgrade, code: 'ScaleFailed' }]],
    ['the target', [{ ...upgrade, target: 'systempool' }]],
    ['a detail’s code', [{ ...upgrade, details: [{ ...drain, code: 'NodeGone' }, quota] }]],
    ['a detail’s target', [{ ...upgrade, details: [{ ...drain, target: 'node-5' }, quota] }]],
    ['a detail less', [{ ...upgrade, details: [drain] }]],
    ['a level more', [{ ...upgrade, details: [{ ...drain, details: [quota] }] }]],
    ['the error of a sub-operation', [upgrade, drain]],
  ])('differs by %s', (_, errors) => {
    expect(fingerprintOf(errors)).not.toBe(fingerprintOf([upgrade]));
  });

  it('differs by code and target forty levels down', () => {
    const prints = [{}, { code: 'Other' }, { target: 'node-1' }].map((inner) =>
      fingerprintOf([nested(40, inner)]),
    );
    expect(new Set(prints).size).toBe(3);
  });

  it('cannot be forged by a code that holds the separators', () => {
    expect(fingerprintOf([{ code: 'A","B' }])).not.toBe(
      fingerprintOf([{ code: 'A', target: 'B' }]),
    );
  });

  it('bears a tree that is too deep or too wide for an error report', () => {
    expect(fingerprintOf([nested(100_000)])).toBe(fingerprintOf([nested(200)]));
    const wide = {
      code: 'Wide',
      details: Array.from({ length: 10_000 }, (_, i) => ({ code: `C${i}` })),
    };
    expect(fingerprintOf([wide])).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('the error that is kept', () => {
  it('holds code, message, target and details, and leaves out the rest', () => {
    const raw = { ...upgrade, additionalInfo: [{ type: 'x', info: {} }], details: [drain] };
    expect(toErrorDetail([raw])).toEqual({
      code: 'UpgradeFailed',
      message: 'at 14:03',
      target: null,
      details: [{ ...drain, details: [] }],
    });
  });

  it('takes further errors, those of sub-operations, among the details of the first', () => {
    expect(toErrorDetail([{ code: 'Top' }, drain])?.details).toMatchObject([
      { code: 'PodDrainFailure' },
    ]);
    expect(toErrorDetail([])).toBeNull();
  });

  it('takes out secrets, control characters and line breaks in codes', () => {
    const url = 'https://x.example/?t=1&s=geheim';
    expect(toErrorDetail([{ code: 'A\nB', message: `see ${url}\u0000\u202e now` }])).toMatchObject({
      code: 'A B',
      message: 'see https://x.example/?t=***&s=*** now',
    });
  });

  it.each<[string, readonly RawError[]]>([
    ['40 levels', [nested(40, { message: 'x'.repeat(200_000) })]],
    ['100,000 levels', [nested(100_000)]],
    ['37,449 details on five levels', [bushy(5)]],
    ['10,000 details', [{ code: 'Wide', details: Array.from({ length: 10_000 }, () => upgrade) }]],
    [
      'messages of 200 kB',
      [
        {
          ...upgrade,
          details: Array.from({ length: 9 }, () => ({ message: '"'.repeat(200_000) })),
        },
      ],
    ],
    [
      'a thousand sub-operations',
      Array.from({ length: 1000 }, () => ({ message: '🦊'.repeat(2000) })),
    ],
  ])('stays small with %s', (_, errors) => {
    expect(JSON.stringify(toErrorDetail(errors)).length).toBeLessThan(18_000);
  });

  it('has eight levels and forty errors at most', () => {
    const many = Array.from({ length: 20 }, () => bushy(5));
    expect(JSON.stringify(toErrorDetail(many)).split('"code"')).toHaveLength(41);
    expect(JSON.stringify(toErrorDetail([nested(40)])).split('"code"')).toHaveLength(9);
  });

  it('is small, valid Unicode without control characters, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(foreignError, { minLength: 1, maxLength: 12 }), (errors) => {
        const json = JSON.stringify(toErrorDetail(errors));
        expect(json.length).toBeLessThan(18_000);
        expect(json).not.toMatch(/\\u|[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
      }),
    );
  });

  it('never throws on what is no error at all', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(toErrorDetail([value])?.details ?? []).toBeInstanceOf(Array);
        expect(fingerprintOf([value])).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });
});

describe('an error', () => {
  it.each<[unknown, boolean]>([
    [{ code: 'X' }, true],
    [{ message: 'x' }, true],
    [{ details: [{ code: 'X' }] }, true],
    [{ code: '', message: null, details: [] }, false],
    [{ details: [{}, { target: 'x' }] }, false],
    [{ message: ' \u0000' }, false],
    [{}, false],
    [null, false],
    [undefined, false],
    ['text', true],
    ['', false],
    ['null', false],
    ['{}', false],
    [[], false],
    [7, false],
  ])('of %j says something: %s', (value, expected) => {
    expect(toErrorDetail([value]) !== null).toBe(expected);
  });
});

describe('the most specific error', () => {
  it.each<[string, RawError, string | null]>([
    ['the deepest, the first of several', upgrade, 'PodDrainFailure'],
    [
      'the deepest that has a code',
      { code: 'Outer', details: [{ message: 'y', details: [{ message: 'z' }] }] },
      'Outer',
    ],
    ['the only one', drain, 'PodDrainFailure'],
    ['one without a code, when none has one', { message: 'x' }, null],
  ])('is %s', (_, error, code) => {
    const kept = toErrorDetail([error]);
    expect(kept === null ? undefined : mostSpecific(kept).code).toBe(code);
  });

  it('stands among others that are listed once each, from the outside in', () => {
    const kept = toErrorDetail([{ code: 'Outer', details: [drain, quota, drain] }]);
    const codes = kept === null ? [] : flatten(kept).map(({ code }) => code);
    expect(codes).toEqual(['Outer', drain.code, quota.code]);
  });
});
