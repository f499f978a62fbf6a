import { expect, it, vi } from 'vitest';
import { endedSomehow, explain } from '../../shared/explain/explain.ts';
import { reference } from '../support/operation-builders.ts';
import { tableEntries } from '../support/explanation-table.ts';

const known = tableEntries.flatMap(({ codes = [] }) => codes);

/** How often a text is gone through to explain an error with this message. */
function passes(message: string): number {
  const spies = [
    vi.spyOn(String.prototype, 'replaceAll'),
    vi.spyOn(String.prototype, 'matchAll'),
    vi.spyOn(String.prototype, 'includes'),
  ];
  try {
    explain({ code: null, message, target: null, details: [] }, reference, endedSomehow);
    return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

it.each([
  ['unknown codes', '(a)'],
  ['another form of unknown codes', 'code=b '],
  ['a known code', `(${known[0]})`],
  ['many known codes', known.map((code) => `(${code})`).join('')],
])('a message that quotes %s again and again is gone through no more often', (_, quoted) => {
  expect(passes(quoted.repeat(200))).toBeLessThanOrEqual(passes(quoted) + 20);
});

it('an error that is shown again is not gone through again for what it means', () => {
  const message = 'never seen before (c)';
  expect(passes(message)).toBeGreaterThan(0);
  expect(passes(message)).toBe(0);
});
