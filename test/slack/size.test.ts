import { describe, expect, it } from 'vitest';
import { parseMrkdwn, plainText } from '../../local/page/mrkdwn.ts';
import { messageSamples, type Sample } from '../../local/messages/samples.ts';
import { validateMessage } from '../../local/slack/limits.ts';
import { textsOf } from '../support/operation-messages.ts';

/** As a person sees it: links by their labels. */
function visible({ message }: Sample): string[] {
  return textsOf(message).map((text) => plainText(parseMrkdwn(text)));
}

const samples = messageSamples();
const single = samples.filter(({ name }) => name !== 'digest');

describe.each(single.map((sample) => [sample.name, sample] as const))(
  'a message: %s',
  (_, sample) => {
    const [text = '', ...below] = visible(sample);
    const [headline = '', ...steps] = text.split('\n');
    const print = below.at(-1) ?? '';

    it('keeps its size', () => {
      expect(headline.length).toBeLessThanOrEqual(180);
      expect(steps.join('').length).toBeLessThanOrEqual(230);
      expect(below.join('').length).toBeLessThanOrEqual(1000);
      expect(validateMessage(sample.message)).toEqual([]);
    });

    it('says nothing twice', () => {
      const [, reason = headline] = /^[^:]+: [^:]+: (.+)$/.exec(headline) ?? [];
      const body = below.join('\n');
      for (const said of [reason.replace(/ @here$/, ''), ...steps])
        expect(body).not.toContain(said);
    });

    it.runIf(sample.size === 'line')('is a line and its small print', () => {
      expect([steps.length, below.length]).toEqual([0, 1]);
    });

    it.runIf(print.includes(' · Operation '))('about an operation ends with its IDs, whole', () => {
      expect(print).toMatch(/Subscription [\da-f-]{36} · Operation [\da-f-]{36}$/);
    });

    it('has IDs in its small print and in commands alone', () => {
      const texts = [text, ...below.slice(0, -1)].map((one) =>
        one.replaceAll(/(?:az|kubectl) [^\n]*/g, ''),
      );
      const ours = texts.filter((one) => !one.startsWith('Azure '));
      expect(ours.join('\n')).not.toMatch(/[\da-f]{8}-[\da-f]{4}-/);
    });
  },
);

it('a digest’s first line fits a push, and each failure has its IDs whole', () => {
  const digest = samples.find(({ name }) => name === 'digest');
  if (digest === undefined) throw new Error('There is no digest.');
  const [text = '', ...below] = visible(digest);
  expect(text.length).toBeLessThanOrEqual(290);
  const ids = below.filter((one) =>
    /Subscription [\da-f-]{36} · Operation [\da-f-]{36}$/.test(one),
  );
  expect(ids).toHaveLength(3);
});
