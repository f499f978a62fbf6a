import { describe, expect, it } from 'vitest';
import { endedSomehow, explain, type Explanation } from '../../shared/explain/explain.ts';
import table from '../../shared/explain/explanations.json' with { type: 'json' };
import { toErrorDetail } from '../../shared/domain/errors.ts';
import { readErrors } from '../../shared/domain/foreign-error.ts';
import { reference } from '../support/operation-builders.ts';
import { met, type Met } from './met.ts';

function explained(code: string, message: string): Explanation | null {
  const error = toErrorDetail(readErrors([{ code, message }]));
  return error === null ? null : explain(error, reference, endedSomehow);
}

const words = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, ' ');

const cases = met.flatMap((one) =>
  one.codes
    .split(' ')
    .flatMap((code) => one.messages.map((message) => ({ ...one, code, message }))),
);

describe('what people meet is explained as it has to be', () => {
  it.each(cases)('$code: $message', ({ code, message, cause, step, command }) => {
    expect(explained(code, message)).toMatchObject({
      cause: expect.stringContaining(cause),
      step: expect.stringContaining(step),
      command: expect.stringContaining(command),
      link: expect.stringMatching(/^https:\/\/learn\.microsoft\.com\//),
    });
  });

  it('for each explanation of the table, by each of its codes, and in its order', () => {
    const codes = table.explanations.map((entry) =>
      [
        ...('codes' in entry ? (entry.codes ?? []) : []),
        ...('says' in entry ? Object.keys(entry.says) : []),
      ].toSorted(),
    );
    expect(met.map((one) => one.codes.split(' ').toSorted())).toEqual(codes);
  });

  it.each<[part: 'cause' | 'step']>([['cause'], ['step']])(
    'with words that stand in no other %s, so that two that are swapped are seen',
    (part) => {
      const texts = [...new Set(table.explanations.map((entry) => entry[part]))];
      const found = (one: Met): number => texts.filter((text) => text.includes(one[part])).length;
      expect(met.filter((one) => found(one) !== 1).map((one) => [one.codes, one[part]])).toEqual(
        [],
      );
    },
  );

  it('with all words that tell a meaning from others', () => {
    const phrases = table.explanations.flatMap((entry, index) =>
      Object.values<readonly string[] | undefined>('says' in entry ? entry.says : {}).flatMap(
        (said = []) => said.map((phrase) => ({ phrase, messages: met[index]?.messages ?? [] })),
      ),
    );
    const unmet = phrases.filter(
      ({ phrase, messages }) => !messages.some((message) => words(message).includes(words(phrase))),
    );
    expect(unmet).toEqual([]);
  });
});
