import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'SECURITY.md'), 'utf8').replaceAll(/\s+/g, ' ');
/** A test is named as its file, a colon, and its title in quotes. */
const named = [...text.matchAll(/`(test\/[^`]+)`: “([^”]+)”/g)].map(
  ([, file = '', title = '']): [string, string] => [file, title],
);

/** What someone with a function key can and cannot, each in a line. */
const [, ofKeyHolder = ''] = /## Someone with a function key (.*?) ## /.exec(text) ?? [];
const lines = ofKeyHolder.split(/ - (?=[a-z])/).slice(1);
const holder = 'test/functions/key-holder.test.ts';

describe('what someone with a function key can and cannot', () => {
  it.each(lines)('is shown over HTTP: %s', (line) => {
    expect(line).toMatch(/\(`test\/functions\/[\w-]+\.test\.ts`: “[^”]+”(?:, `[^”]+”)*\)[;.]/);
  });

  it('is all that its tests show, and the other way round', () => {
    const told = named.flatMap(([file, title]) => (file === holder ? [title] : []));
    const shown = [
      ...readFileSync(join(root, holder), 'utf8').matchAll(/^ +(?:it\(|.*\]\)\()\s*'([^']+)'/gm),
    ].map(([, title = '']) => title);
    expect(told.toSorted()).toEqual(shown.toSorted());
    expect(lines).toHaveLength(told.length + 1);
  });
});

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
