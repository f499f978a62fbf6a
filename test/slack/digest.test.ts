import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import { layOutDigest, planDigests, type DigestEntry } from '../../shared/slack/digest.ts';
import type { Notice, Tone } from '../../shared/slack/notice.ts';
import { textsOf } from '../support/operation-messages.ts';

function notice(name: string, parts: Partial<Notice> = {}): Notice {
  return {
    lead: 'Succeeded',
    id: `Operation ${name}`,
    headline: `Succeeded: ${name}`,
    mention: null,
    tone: 'good',
    summary: '*InProgress → Succeeded* after 18 min',
    problems: [],
    fields: [],
    links: [{ url: `https://portal.azure.com/${name}`, label: 'Open the cluster' }],
    context: [],
    ...parts,
  };
}

const explanation = {
  code: 'Quota',
  title: 'quota used up',
  cause: 'Too little & too late.',
  step: 'Look.',
  command: 'az list',
  link: 'https://learn.microsoft.com/quota',
};

const failure = (name: string, mention: string | null = null): Notice =>
  notice(name, {
    lead: 'Failed',
    headline: `Failed: ${name} (Quota)`,
    tone: 'bad',
    mention,
    summary: '*InProgress → Failed* after 3 min',
    explanation,
    problems: [{ code: 'Quota', target: null, message: `No room for ${name}.` }],
  });

/** As long as the table of explanations and the names of a cluster may be. */
const longest = {
  code: 'c'.repeat(100),
  title: 't'.repeat(60),
  cause: 'c'.repeat(200),
  step: 's'.repeat(120),
  command: 'a'.repeat(900),
  link: `https://learn.microsoft.com/${'l'.repeat(170)}`,
};

function toLongNotice(
  { tone, summary, message }: { tone: Tone; summary: string; message: string },
  at: number,
): Notice {
  const problems = [{ code: 'C', target: null, message }];
  return notice(`aks-${at}`, {
    tone,
    summary,
    headline: 'h'.repeat(280),
    problems,
    explanation: longest,
    parts: Array.from({ length: 9 }, () => 'p'.repeat(330)),
  });
}

describe('a digest', () => {
  it('tells failures first and in full, the others in a line each', () => {
    const entries: DigestEntry[] = [
      [notice('aks-1')],
      [failure('aks-2', '<!here>')],
      [
        notice('aks-3', { lead: 'Draining', headline: 'Draining: aks-3', tone: 'progress' }),
        notice('aks-3'),
      ],
    ];
    const [planned = [], ...others] = planDigests(entries);
    expect(others).toEqual([]);
    expect(textsOf(layOutDigest(planned))).toEqual([
      '1 failed, 2 succeeded (3 together) <!here>',
      '*Failed: aks-2 (Quota)*\n*InProgress → Failed* after 3 min',
      '*What it means:* Too little &amp; too late.\n*Next:* Look.  ·  <https://learn.microsoft.com/quota|About Quota>\n```\naz list\n```',
      '*Quota*\n```\nNo room for aks-2.\n```',
      '<https://portal.azure.com/aks-2|Open the cluster>  ·  Operation aks-2',
      '• Draining → *Succeeded: aks-3* InProgress → Succeeded after 18 min  ·  Operation aks-3  ·  <https://portal.azure.com/aks-3|open>\n' +
        '• *Succeeded: aks-1* InProgress → Succeeded after 18 min  ·  Operation aks-1  ·  <https://portal.azure.com/aks-1|open>',
    ]);
  });

  it('tells in full where the sub-operations of a failure stand', () => {
    const parts = ['• agent pool np2 upgrade: Failed', '• agent pool np1 upgrade: Succeeded'];
    const [planned = []] = planDigests([
      [notice('a', { tone: 'bad', parts })],
      [notice('b', { parts })],
    ]);
    const texts = textsOf(layOutDigest(planned));
    expect(texts.filter((text) => text.includes('np1'))).toEqual([
      '*Sub-operations*\n• agent pool np2 upgrade: Failed\n• agent pool np1 upgrade: Succeeded',
    ]);
  });

  it('of one operation has its headline', () => {
    expect(layOutDigest([[notice('aks-1'), failure('aks-1')]]).text).toBe('Failed: aks-1 (Quota)');
  });

  it('says of each message what it holds, and pings for it nobody who was just pinged', () => {
    const failed: DigestEntry = [failure('aks-1', '<!here>')];
    const other: DigestEntry = [failure('aks-3', '<@U1>')];
    const pinged = new Set<string>();
    const first = layOutDigest([failed, [notice('aks-2')]], { number: 1, of: 2, pinged });
    expect(first.text).toBe('1 failed, 1 succeeded (message 1 of 2) <!here>');
    pinged.add('<!here>');
    const second = layOutDigest([failed, other], { number: 2, of: 2, pinged });
    expect(second.text).toBe('2 failed (message 2 of 2) <@U1>');
    expect(second.attachments?.map(({ fallback }) => fallback)).toEqual([
      '2 failed (message 2 of 2)',
      '2 failed (message 2 of 2)',
    ]);
  });

  it('pings for every news of an entry, also when another one follows', () => {
    const entry: DigestEntry = [failure('a', '<@U1>'), failure('a', '<@U2>'), notice('a')];
    expect(layOutDigest([entry, [notice('b')]]).text).toBe('2 succeeded (2 together) <@U1> <@U2>');
  });

  it('pings each mentioned once', () => {
    const { text } = layOutDigest([
      [failure('a', '<!here>')],
      [failure('b', '<!here>')],
      [failure('c', '<@U1>')],
    ]);
    expect(text).toBe('3 failed (3 together) <!here> <@U1>');
  });

  const tones: Tone[] = ['good', 'bad', 'warning', 'neutral', 'progress'];
  const anyEntry: fc.Arbitrary<DigestEntry> = fc
    .array(
      fc.record({
        tone: fc.constantFrom(...tones),
        summary: fc.string({ maxLength: 2000 }).map((text) => text.replaceAll(/[&<>]/g, '&amp;')),
        message: fc.string({ maxLength: 3000 }),
      }),
      { minLength: 1, maxLength: 20 },
    )
    .map((all) => all.map(toLongNotice))
    .map((all): DigestEntry => [all[0] ?? notice('none'), ...all.slice(1)]);

  it('leaves nothing out and keeps Slack’s limits in every message', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 60 }), (entries) => {
        const planned = planDigests(entries);
        expect(new Set(planned.flat())).toEqual(new Set(entries));
        expect(planned.flat()).toHaveLength(entries.length);
        for (const message of planned) expect(validateMessage(layOutDigest(message))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('counts what it holds, says which message it is, and pings everyone, whatever is cut', () => {
    const asking = fc.record({
      lead: fc.string({ minLength: 1, maxLength: 300, unit: fc.constantFrom('a', 'é', '🦊', ' ') }),
      mention: fc.option(
        fc.nat(200).map((user) => `<@U${user}>`),
        { nil: null },
      ),
      tone: fc.constantFrom(...tones),
    });
    const entry = asking.map((parts): DigestEntry => [notice('aks', parts)]);
    const part = fc.record({
      number: fc.integer({ min: 1, max: 40 }),
      of: fc.constantFrom(1, 2, 40),
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 2, maxLength: 60 }), part, (entries, given) => {
        for (const held of planDigests(entries)) {
          const single = held.length === 1 && given.of === 1;
          const { text, attachments = [] } = layOutDigest(held, { ...given, pinged: new Set() });
          const mentions = new Set(held.flat().flatMap(({ mention }) => mention ?? []));
          for (const mention of mentions) expect(text.split(' ')).toContain(mention);
          if (single) continue;
          const [, counts = '', which] = /^(.*) (\([^()]*\))(?: <@U\d+>)*$/s.exec(text) ?? [];
          expect(which).toBe(
            given.of === 1
              ? `(${held.length} together)`
              : `(message ${given.number} of ${given.of})`,
          );
          const sum = counts.split(', ').reduce((all, one) => all + Number.parseInt(one, 10), 0);
          expect(sum).toBe(held.length);
          for (const { fallback } of attachments) expect(fallback.length).toBeLessThanOrEqual(280);
        }
      }),
      { numRuns: 60 },
    );
  });
});
