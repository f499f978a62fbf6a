import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect, it } from 'vitest';
import { seeded } from '../bench/numbers.ts';
import { isObject } from '../shared/domain/foreign-json.ts';
import { trackedFiles } from './support/checkout.ts';
import { mostSteps, sampleOf, stepCounter } from './support/regex-steps.ts';

const root = join(import.meta.dirname, '..');

/** Every regular expression in the code that is deployed, in the local host and in the stand-ins. */
const regexes = trackedFiles
  .filter((path) => /^(?:shared|functions|local\/(?:arm|host|slack))\/.*\.ts$/.test(path))
  .toSorted()
  .flatMap((file) =>
    regexesIn(parseSync(file, readFileSync(join(root, file), 'utf8')).program).map(
      (regex) => [`${file}: ${String(regex)}`, regex] as const,
    ),
  );

function regexesIn(node: unknown): RegExp[] {
  if (Array.isArray(node)) return node.flatMap(regexesIn);
  if (!isObject(node)) return [];
  if (node['value'] instanceof RegExp) return [node['value']];
  return Object.values(node).flatMap(regexesIn);
}

/** Steps for three times the text, as a multiple: 3 when they grow in proportion to it, 9 when quadratically. */
function growth(count: (text: string) => number, text: (length: number) => string): number {
  const steps = count(text(900));
  return steps > mostSteps ? Infinity : steps / (count(text(300)) + 100);
}

const most = 4;

/** The most that it grows on texts in which a part of what it matches, or nearly does, comes again and again. */
function worstGrowth(regex: RegExp): { readonly times: number; readonly text: string } {
  const count = stepCounter(regex);
  const random = seeded(7);
  let worst = { times: 0, text: '' };
  for (let sample = 0; sample < 4; sample += 1) {
    const whole = sampleOf(regex, random).slice(0, 60);
    for (let end = 1; end <= whole.length; end += 1) {
      for (const start of [0, Math.floor(random() * end)]) {
        const pump = whole.slice(start, end);
        const before = whole.slice(0, start);
        for (const after of ['', '\u0000']) {
          const times = growth(
            count,
            (length) => before + pump.repeat(Math.ceil(length / pump.length)) + after,
          );
          if (times > worst.times) worst = { times, text: `${before}(${pump})*${after}` };
          if (times >= most) return worst;
        }
      }
    }
  }
  return worst;
}

it('there are regular expressions to look at', () => {
  expect(regexes.length).toBeGreaterThan(100);
});

it.each(regexes)('%s takes steps in proportion to the text', (_, regex) => {
  const { times, text } = worstGrowth(regex);
  expect({ isLinear: times < most, text: times < most ? null : text }).toEqual({
    isLinear: true,
    text: null,
  });
});

it.each([
  /(https?:\/\/[^\s"'<>]*\/(?:services|workflows|triggers)\/)[^\s"'<>]+/gi,
  /\/+$/,
  /\s*The supported/g,
  /(?<=Description: ).+?(?= - Correlation ID)/s,
  /^(?:a|aa)+$/,
])('%s would be noticed', (regex) => {
  expect(worstGrowth(regex).times).toBeGreaterThan(most);
});
