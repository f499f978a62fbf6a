import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, trackedFiles } from '../../support/checkout.ts';

/** All pages that people read. */
export const pages: readonly string[] = [
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...trackedFiles.filter((name) => /^docs\/.*\.md$/.test(name)),
];

/** A file of the checkout. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** A fenced code block. */
export interface Block {
  readonly page: string;
  /** `sh`; `''` when the fence names none. */
  readonly language: string;
  readonly code: string;
}

const fence = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** The fenced code blocks of a page, in order, those within lists too. */
export function blocksOf(page: string): Block[] {
  return [...read(page).matchAll(fence)].map(([, indent = '', language = '', code = '']) => ({
    page,
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** A page's text without its fenced code blocks. */
export function proseOf(page: string): string {
  return read(page).replaceAll(fence, '');
}

/** What stands between backticks in a page's text, each in one line. */
export function inlineCodeOf(page: string): string[] {
  return [...proseOf(page).matchAll(/`([^`]+)`/g)].map(([, code = '']) =>
    code.replaceAll(/\s+/g, ' '),
  );
}

/** The rows of the table whose head begins with this cell, without the head; cells without their padding. */
export function tableOf(page: string, firstHead: string): string[][] {
  const [, table = ''] =
    new RegExp(`^\\| ${RegExp.escape(firstHead)} .*\\n\\| -.*\\n((?:\\|.*\\n)+)`, 'm').exec(
      read(page),
    ) ?? [];
  if (table === '') throw new Error(`${page} has no table of ${firstHead}.`);
  return table
    .trim()
    .split('\n')
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The first column of a table. */
export function firstColumn(page: string, firstHead: string): string[] {
  return tableOf(page, firstHead).map(([cell = '']) => cell);
}
