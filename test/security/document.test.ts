import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'SECURITY.md'), 'utf8').replaceAll(/\s+/g, ' ');
/** A test is named as its file, a colon, and its title in quotes. */
const named = [...text.matchAll(/`(test\/[^`]+)`: “([^”]+)”/g)].map(
  ([, file = '', title = '']): [string, string] => [file, title],
);

describe('SECURITY.md', () => {
  it.each(named)('names a test that is there: %s “%s”', (file, title) => {
    const path = join(root, file);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(`'${title}'`);
  });

  it('names a title with every test file', () => {
    expect(named.length).toBeGreaterThan(20);
    expect(text.match(/test\/[\w./-]+\.ts/g)).toHaveLength(named.length);
  });
});
