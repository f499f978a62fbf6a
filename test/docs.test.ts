import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { titles } from '../shared/slack/incident-notice.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...globSync('docs/**/*.md', { cwd: root }),
];
const read = (page: string): string => readFileSync(join(root, page), 'utf8');

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g)];
    const broken = links.filter(([, path = '', anchor = '']) => {
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== '' && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names files and scripts that are there', () => {
    const files = [
      ...text.matchAll(/`((?:shared|functions|local|test|docs|infra|scripts)\/[\w./-]+)`/g),
    ].map(([, file = '']) => file);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    const scripts = [...text.matchAll(/`(?:\w+=\w+ )?npm run ([\w:-]+)/g)].map(([, name]) => name);
    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(scripts));
  });
});

describe('docs/operating.md', () => {
  const text = read('docs/operating.md');

  it('tells what to do about every message', () => {
    const words =
      read('shared/slack/operation-notice.ts') + read('shared/slack/incident-notice.ts');
    const leads = [
      ...words.matchAll(
        /(?:return|lead:|succeeded:|failed:|canceled:|lost:|gaveUp:) '([A-Z][\w ]+)'/g,
      ),
    ]
      .map(([, lead = '']) => lead)
      .filter((lead) => !['Ended', 'Changed', 'Cannot be read'].includes(lead));
    expect(leads.length).toBeGreaterThan(10);
    for (const lead of leads) expect(text).toContain(lead);
    for (const title of Object.values(titles)) expect(text).toContain(title);
  });

  it('tells what to do about every reason of health', () => {
    const reasons = [
      'Table storage cannot be reached.',
      'No tick has ever completed.',
      'The last tick completed',
      'A message has been undelivered for',
      'Slack channel(s) cannot be posted to',
    ];
    for (const words of reasons) {
      expect(read('shared/health.ts')).toContain(words);
      expect(text).toContain(words);
    }
  });
});

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(
    ([, heading = '']) =>
      `#${heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s-]/gu, '')
        .trim()
        .replaceAll(' ', '-')}`,
  );
}
