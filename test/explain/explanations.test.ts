import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import table from '../../shared/explain/explanations.json' with { type: 'json' };

interface Entry {
  readonly codes?: string[] | undefined;
  readonly says?: Record<string, string[]> | undefined;
  readonly cause: string;
  readonly step: string;
  readonly command: string;
}
const entries: readonly Entry[] = table.explanations.map((entry) => ({
  ...entry,
  says: 'says' in entry ? { ...entry.says } : undefined,
}));
const named = entries.map((entry): [string, Entry] => [firstCode(entry), entry]);
const codes = entries.flatMap((entry) => entry.codes ?? []);

function firstCode({ codes: own = [], says = {} }: Entry): string {
  return [...own, ...Object.keys(says)][0] ?? '';
}

function isSorted(texts: readonly string[]): boolean {
  const lower = texts.map((text) => text.toLowerCase());
  return lower.every((text, index) => text >= (lower[index - 1] ?? ''));
}

/** `az` commands by their last word, and what `kubectl` does with a context: these look and change nothing. */
const looks = new Set([
  'exists',
  'get-upgrades',
  'list',
  'list-skus',
  'list-usage',
  'list-usages',
  'show',
  'show-latest',
]);

describe('explanations.json', () => {
  it('follows its schema', () => {
    const file = new URL('../../shared/explain/explanations.schema.json', import.meta.url);
    const schema: z.core.JSONSchema.JSONSchema = JSON.parse(readFileSync(file, 'utf8'));
    const { success, error } = z.fromJSONSchema(schema).safeParse(table);
    expect(error?.issues ?? []).toEqual([]);
    expect(success).toBe(true);
  });

  it('knows at least forty codes, each of them once, whatever its case', () => {
    expect(codes.length).toBeGreaterThanOrEqual(40);
    expect(new Set(codes.map((code) => code.toLowerCase())).size).toBe(codes.length);
  });

  it('is in alphabetical order, and so are the codes of an entry', () => {
    expect(isSorted(entries.map(firstCode))).toBe(true);
    for (const { codes: own = [], says = {} } of entries) {
      expect(isSorted(own)).toBe(true);
      expect(isSorted(Object.keys(says))).toBe(true);
    }
  });

  it.each(named)('%s: every entry is found by something', (_, { codes: own = [], says = {} }) => {
    expect(own.length + Object.keys(says).length).toBeGreaterThan(0);
    for (const phrase of Object.values(says).flat()) expect(phrase).toMatch(/[a-z]{2}.*[a-z0-9]$/i);
  });

  it.each(named)('%s: cause and step are one sentence each', (_, { cause, step }) => {
    for (const sentence of [cause, step]) expect(sentence).not.toMatch(/[.!?]\s|[`*<>]/);
  });

  it.each(named)('%s: the command only looks, and at this cluster or subscription', (_, entry) => {
    const { command } = entry;
    const asked = [...command.matchAll(/\baz ([a-z][a-z-]*(?: [a-z][a-z-]*)*)/g)].map(
      (match) => match[1] ?? '',
    );
    for (const words of asked) expect(looks).toContain(words.split(' ').at(-1));
    const [, asKubectl = 'get'] = /kubectl (?:--context \{cluster\} )?(\S+)/.exec(command) ?? [];
    expect(asKubectl).toBe('get');
    expect(command.includes('kubectl')).toBe(command.startsWith('kubectl --context {cluster} '));
    expect(command).toMatch(/\{(?:subscription|cluster)\}/);
    expect(command.replaceAll(/\{(?:cluster|resourceGroup|subscription)\}/g, '')).not.toMatch(
      /\{\w*\}/,
    );
    for (const quote of ['"', "'"]) expect(command.split(quote).length % 2).toBe(1);
  });

  it('holds no secret and no name of anybody’s', () => {
    expect(JSON.stringify(table)).not.toMatch(
      /hooks\.slack|[0-9a-f]{8}-[0-9a-f]{4}|sig=|password/i,
    );
  });
});
