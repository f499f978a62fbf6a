import { createHash } from 'node:crypto';
import { cleanEnds, cleanText, oneLine } from '../text.ts';
import type { ForeignError } from './foreign-error.ts';

/**
 * ARM's ErrorDetail, cleaned and bounded to be stored. Long texts are shortened, messages in their middle. Of a deep or
 * wide tree only the first nodes are kept, and the most specific error below stands in the place of each of the deepest
 * ones. {@link fingerprintOf} uses the whole tree.
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

/** The foreign errors as one bounded tree: the first one, with the others among its details; `null`: they say nothing. */
export function toErrorDetail(errors: readonly ForeignError[]): ErrorDetail | null {
  const [first, ...others] = errors;
  if (first === undefined) return null;
  const budget = { nodes: kept.nodes, text: kept.text };
  const top = keep(first, 1, budget);
  const rest = others.slice(0, kept.children).map((other) => keep(other, 2, budget));
  const all = { ...top, details: [...top.details, ...rest] };
  return flatten(all).length === 0 ? null : all;
}

function keep(
  error: ForeignError,
  depth: number,
  budget: { nodes: number; text: number },
): ErrorDetail {
  const { code, message, target, details } = depth < kept.depth ? error : mostSpecific(error);
  budget.nodes -= 1;
  const take = (field: string | null, max: number, clean = cleanText): string | null => {
    const text = clean(field ?? '', Math.min(max, Math.floor(budget.text / 2))).trim();
    budget.text = Math.max(0, budget.text - storedLength(text));
    return text === '' ? null : text;
  };
  const own = {
    code: take(code === null ? null : oneLine(code.slice(0, 1024)), kept.code),
    message: take(message, kept.message, cleanEnds),
    target: take(target, kept.target),
  };
  const below: ErrorDetail[] = [];
  if (depth < kept.depth) {
    for (const detail of details.slice(0, kept.children)) {
      if (budget.nodes <= 0) break;
      below.push(keep(detail, depth + 1, budget));
    }
  }
  return { ...own, details: below };
}

/** What a text takes in a row: UTF-16 units of JSON, in which quotes, backslashes and line breaks are two. */
function storedLength(text: string): number {
  return JSON.stringify(text).length;
}

/**
 * What makes errors the same news: their codes and targets, recursively, in any order and however often repeated.
 * Messages are left out: they hold times, counters and node names that change at each reading. An error without code
 * and target is no level of its own: those in it stand in its place.
 */
export function fingerprintOf(errors: readonly ForeignError[]): string {
  return createHash('sha256').update(canonicalList(errors)).digest('hex').slice(0, 32);
}

function canonicalList(errors: readonly ForeignError[]): string {
  return `[${[...new Set(errors.flatMap(named).map(canonical))].toSorted().join()}]`;
}

function canonical({ code, target, details }: ForeignError): string {
  return JSON.stringify([keyText(code), keyText(target)]) + canonicalList(details);
}

/** The error itself where it has a code or a target, else those in it. */
function named(error: ForeignError): ForeignError[] {
  const isNamed = error.code !== null || error.target !== null;
  return isNamed ? [error] : error.details.flatMap(named);
}

function keyText(text: string | null): string {
  return text === null ? '' : text.slice(0, 512).toLowerCase();
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
