import { expect, it, vi } from 'vitest';
import { endedSomehow, explain } from '../../shared/explain/explain.ts';
import table from '../../shared/explain/explanations.json' with { type: 'json' };
import { reference } from '../support/operation-builders.ts';

const known = table.explanations.flatMap(({ codes = [] }) => codes);

/** How often a text is gone through to explain an error with this message. */
function passes(message: string): number {
  const spy = vi.spyOn(String.prototype, 'replaceAll');
  try {
    explain({ code: null, message, target: null, details: [] }, reference, endedSomehow);
    return spy.mock.calls.length;
  } finally {
    spy.mockRestore();
  }
}

it.each([
  ['unknown codes', '(a)'],
  ['another form of unknown codes', 'code=b '],
  ['a known code', `(${known[0]})`],
  ['many known codes', known.map((code) => `(${code})`).join('')],
])('a message that quotes %s again and again is gone through no more often', (_, quoted) => {
  expect(passes(quoted.repeat(200))).toBe(passes(quoted));
});

it('an error that is shown again is not gone through again', () => {
  const message = 'never seen before (c)';
  expect(passes(message)).toBeGreaterThan(0);
  expect(passes(message)).toBe(0);
});
