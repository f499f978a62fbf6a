import { createConfig, lintFromString } from '@redocly/openapi-core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import committed from '../../openapi.json' with { type: 'json' };
import packageJson from '../../package.json' with { type: 'json' };
import { openApiDocument } from '../../scripts/openapi/document.ts';
import { patternOf } from '../../scripts/openapi/json-schema.ts';
import { described, openapi } from './described.ts';

const path = join(import.meta.dirname, '../../openapi.json');

describe('openapi.json', () => {
  it('is what `npm run openapi` writes', () => {
    expect(committed).toEqual(openApiDocument());
    expect(openapi.info.version).toBe(packageJson.version);
  });

  it('is OpenAPI 3.1 without a complaint of the linter', async () => {
    const config = await createConfig({
      extends: ['recommended-strict'],
      rules: {
        'operation-description': 'off',
        'operation-operationId': 'error',
        'operation-singular-tag': 'error',
        'no-unused-components': 'error',
        'no-invalid-media-type-examples': 'error',
        'no-invalid-parameter-examples': 'error',
        // The anonymous functions take nothing that could be wrong; the test below holds the others.
        'operation-4xx-response': 'off',
      },
    });
    const source = readFileSync(path, 'utf8');
    const complaints = await lintFromString({ source, absoluteRef: path, config });
    expect(complaints.map(({ ruleId, message, location: [at] }) => [ruleId, message, at])).toEqual(
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

describe('a pattern', () => {
  it.each<[RegExp, string]>([
    [/^[a-z][a-z0-9]{0,11}$/i, '^[a-zA-Z][a-zA-Z0-9]{0,11}$'],
    [/^(?:here|channel)$/, '^(?:here|channel)$'],
    [/^[\p{L}_]+$/u, '^[\\p{L}_]+$'],
  ])('means the same without its flags: %s', (pattern, expected) => {
    expect(patternOf(pattern)).toBe(expected);
  });

  it('that cannot be written without its flags is no pattern of a document', () => {
    expect(() => patternOf(/^\/subscriptions/i)).toThrow('What letters');
  });
});
