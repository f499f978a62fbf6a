import { expect, it } from 'vitest';
import { blocksOf, pages, read } from './pages.ts';

/** What code blocks a page has, by language; each kind has the test that runs or reads it. */
const tests: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': { jsonc: 'readme.test.ts', kusto: 'queries.test.ts', sh: 'readme.test.ts' },
  'docs/architecture.md': { text: 'a picture' },
  'docs/deploying.md': { sh: 'deploying.test.ts' },
  'docs/operating.md': { sh: 'operating.test.ts' },
  'docs/pipelines.md': { sh: '../scripts/pipelines.test.ts', yaml: '../scripts/pipelines.test.ts' },
};

it.each(pages)('every code block has its test: %s', (page) => {
  const languages = new Set(blocksOf(page).map(({ language }) => language));
  expect([...languages].toSorted()).toEqual(Object.keys(tests[page] ?? {}));
  expect(read(page).match(/```/g)?.length ?? 0).toBe(2 * blocksOf(page).length);
});

it('docs/pipelines.md has no more than its test knows', () => {
  expect(blocksOf('docs/pipelines.md')).toHaveLength(7);
});
