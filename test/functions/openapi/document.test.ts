import { patterns } from '../../../shared/domain/azure-names.ts';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Document, Spectral } from '@stoplight/spectral-core';
import { Json } from '@stoplight/spectral-parsers';
import { oas } from '@stoplight/spectral-rulesets';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import committed from '../../../openapi.json' with { type: 'json' };
import packageJson from '../../../package.json' with { type: 'json' };
import { openApiDocument } from '../../../scripts/openapi/document.ts';
import { patternOf } from '../../../scripts/openapi/json-schema.ts';
import { fc } from '../../support/properties.ts';
import { described, openapi } from './described.ts';

const path = join(import.meta.dirname, '../../../openapi.json');

describe('openapi.json', () => {
  it('is what `npm run openapi` writes', () => {
    expect(committed).toEqual(openApiDocument());
    expect(openapi.info.version).toBe(packageJson.version);
  });

  it('is OpenAPI 3.1 without a complaint of the linter', async () => {
    const config = await createConfig({
      extends: ['recommended-strict'],
      rules: {
        'operation-operationId': 'error',
        'operation-singular-tag': 'error',
        'no-unused-components': 'error',
        'no-invalid-media-type-examples': 'error',
        'no-invalid-parameter-examples': 'error',
      },
    });
    const source = readFileSync(path, 'utf8');
    const complaints = await lintFromString({ source, absoluteRef: path, config });
    expect(complaints.map(({ ruleId, message, location: [at] }) => [ruleId, message, at])).toEqual(
      [],
    );
  });

  it('is one that Spectral has no complaint of', async () => {
    const spectral = new Spectral();
    spectral.setRuleset({
      // Its type asks for what it extends.
      extends: [[{ ...oas, extends: [] }, 'recommended']],
    });
    const complaints = await spectral.run(new Document(readFileSync(path, 'utf8'), Json, path));
    expect(complaints.map(({ code, message, path: at }) => [code, message, at.join('.')])).toEqual(
      [],
    );
  });

  it('says of each function with a key what happens without one, and when the app cannot work', () => {
    const silent = described.filter(
      ({ security, responses }) =>
        security === undefined && ['401', '500', '503'].some((status) => !(status in responses)),
    );
    expect(silent.map(({ operationId }) => operationId)).toEqual([]);
  });
});

/** Every pattern of the document. */
function patternsIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) =>
    key === 'pattern' && typeof value === 'string' ? [value] : patternsIn(value),
  );
}

/** Texts of characters that patterns tell apart, one UTF-16 unit each. */
const words = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...Array.from('aZ09-_.()[]^\\/:@`{}~!*+, \n\u007fäß漢ي٣\u2028\uffff')),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});

describe.each([...new Set(patternsIn(committed))])('the pattern %s', (pattern) => {
  it('means the same to validators with Unicode and without', () => {
    const [plain, unicode] = [new RegExp(pattern), new RegExp(pattern, 'u')];
    fc.assert(
      fc.property(words, (text) => {
        expect(plain.test(text)).toBe(unicode.test(text));
      }),
    );
  });
});

describe.each(Object.entries(patterns))('the form of %s in the document', (_, pattern) => {
  it('refuses nothing that the app takes, and of ASCII takes nothing else', () => {
    const written = new RegExp(patternOf(pattern));
    fc.assert(
      fc.property(fc.oneof(words, fc.uuid(), fc.stringMatching(/^[a-z0-9_()-]+$/)), (text) => {
        const isAscii = Array.from(text).every((character) => character < '\u0080');
        const [is, may] = [pattern.test(text), written.test(text)];
        expect(isAscii ? is === may : may || !is).toBe(true);
      }),
    );
  });
});

describe('a pattern', () => {
  it.each<[RegExp, string]>([
    [/^[a-z][a-z0-9]{0,11}$/i, '^[a-zA-Z][a-zA-Z0-9]{0,11}$'],
    [/^(?:here|channel)$/, '^(?:here|channel)$'],
    [/^[\p{L}_]+$/u, '^[^\\x00-@\\[-\\^`{-\\x7f]+$'],
    [/^(?!.*[\u{10000}-\u{10ffff}])\S+$/u, '^\\S+$'],
  ])('means the same without its flags: %s', (pattern, expected) => {
    expect(patternOf(pattern)).toBe(expected);
  });

  it('that cannot be written without its flags is no pattern of a document', () => {
    expect(() => patternOf(/^\/subscriptions/i)).toThrow('What letters');
    expect(() => patternOf(/^\p{L}$/u)).toThrow('without its flag');
  });
});
