import { createHash } from 'node:crypto';
import { cleanText, oneLine } from '../text.ts';

/**
 * ARM's ErrorDetail, cleaned and bounded for keeping: `additionalInfo` is left out, long texts are cut,
 * and of a deep or wide tree the first nodes are kept ({@link fingerprintOf} saw all of it).
 */
export interface ErrorDetail {
  readonly code: string | null;
  readonly message: string | null;
  readonly target: string | null;
  readonly details: readonly ErrorDetail[];
}

/** Levels of an {@link ErrorDetail} that are kept. */
export const errorDepth = 8;
const kept = {
  depth: errorDepth,
  children: 8,
  nodes: 32,
  code: 128,
  target: 256,
  message: 1500,
  /** All texts together, as {@link storedLength} counts them. */
  text: 7000,
};
/** How much of a tree the fingerprint looks at; more is no error report but an attack, on the stack too. */
const fingerprinted = { nodes: 5000, depth: 100 };

/** Whether a foreign value says anything as an error. */
export function isError(value: unknown): boolean {
  return fields(value).some((field) => field !== undefined && field !== null && field !== '');
}

function fields(value: unknown): unknown[] {
  const error = record(value);
  return [error['code'], error['message'], children(error)[0]];
}

/** The foreign errors as one bounded tree: the first one, with the others among its details. */
export function toErrorDetail(errors: readonly unknown[]): ErrorDetail | null {
  const [first, ...others] = errors;
  if (first === undefined) return null;
  const budget = { nodes: kept.nodes, text: kept.text };
  const top = keep(first, 1, budget);
  const rest = others.slice(0, kept.children).map((other) => keep(other, 2, budget));
  return { ...top, details: [...top.details, ...rest] };
}

function keep(value: unknown, depth: number, budget: { nodes: number; text: number }): ErrorDetail {
  const error = record(value);
  budget.nodes -= 1;
  const take = (field: unknown, max: number): string | null => {
    const text =
      typeof field === 'string'
        ? cleanText(field, Math.min(max, Math.floor(budget.text / 2))).trim()
        : '';
    budget.text = Math.max(0, budget.text - storedLength(text));
    return text === '' ? null : text;
  };
  const own = {
    code: take(
      typeof error['code'] === 'string' ? oneLine(error['code'].slice(0, 1024)) : null,
      kept.code,
    ),
    message: take(error['message'], kept.message),
    target: take(error['target'], kept.target),
  };
  const details: ErrorDetail[] = [];
  if (depth < kept.depth) {
    for (const child of children(error).slice(0, kept.children)) {
      if (budget.nodes <= 0) break;
      details.push(keep(child, depth + 1, budget));
    }
  }
  return { ...own, details };
}

/** What a text takes in a row: UTF-16 units of JSON, in which quotes, backslashes and line breaks are two. */
function storedLength(text: string): number {
  return JSON.stringify(text).length;
}

/**
 * What makes errors the same news: their codes and targets, recursively, in any order and however often
 * repeated. Messages are left out: they hold times, counters and node names that change at each reading.
 */
export function fingerprintOf(errors: readonly unknown[]): string {
  const budget = { nodes: fingerprinted.nodes };
  return createHash('sha256')
    .update(canonicalList(errors, 1, budget))
    .digest('hex')
    .slice(0, 32);
}

function canonicalList(
  errors: readonly unknown[],
  depth: number,
  budget: { nodes: number },
): string {
  const distinct = new Set<string>();
  for (const error of errors) {
    if (budget.nodes <= 0 || depth > fingerprinted.depth) break;
    distinct.add(canonical(record(error), depth, budget));
  }
  return `[${[...distinct].toSorted().join()}]`;
}

function canonical(
  error: Record<string, unknown>,
  depth: number,
  budget: { nodes: number },
): string {
  budget.nodes -= 1;
  const own = JSON.stringify([keyText(error['code']), keyText(error['target'])]);
  return own + canonicalList(children(error), depth + 1, budget);
}

function keyText(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 512).toLowerCase() : '';
}

function children(error: Record<string, unknown>): readonly unknown[] {
  const details = error['details'];
  return Array.isArray(details) ? details.filter((child) => isRecord(child)) : [];
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The errors of a tree as a list, outer ones first; those that say the same are given once. */
export function flatten(error: ErrorDetail): ErrorDetail[] {
  return nodes(error).map(({ node }) => node);
}

/**
 * The error that says most: the deepest one with a code, as ARM wraps the cause in the names of the steps that
 * failed of it (`UpgradeFailed` around `PodDrainFailure`). Of several as deep, the first.
 */
export function mostSpecific(error: ErrorDetail): ErrorDetail {
  const coded = nodes(error).filter(({ node }) => node.code !== null);
  const deepest = coded.reduce((most, { depth }) => Math.max(most, depth), 0);
  return coded.find(({ depth }) => depth === deepest)?.node ?? error;
}

/** All nodes of a tree that say something, outer ones first, each once. */
function nodes(error: ErrorDetail): { node: ErrorDetail; depth: number }[] {
  const said = new Set<string>();
  return allNodes(error, 0).filter(({ node: { code, target, message } }) => {
    const key = JSON.stringify([code, target, message]);
    const isNew = !said.has(key) && (code !== null || message !== null);
    said.add(key);
    return isNew;
  });
}

function allNodes(node: ErrorDetail, depth: number): { node: ErrorDetail; depth: number }[] {
  return [{ node, depth }, ...node.details.flatMap((detail) => allNodes(detail, depth + 1))];
}
