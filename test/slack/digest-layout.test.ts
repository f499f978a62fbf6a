import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import { layOutDigest, planDigests, type DigestEntry } from '../../shared/slack/digest-layout.ts';
import type { Notice, Tone } from '../../shared/slack/notice.ts';
import { textsOf } from '../support/operation-messages.ts';

function notice(name: string, changes: Partial<Notice> = {}): Notice {
  return {
    lead: 'Succeeded',
    name,
    brief: null,
    headline: `Succeeded: ${name}, 18 min`,
    mention: null,
    tone: 'good',
    asksForAction: false,
    facts: null,
    said: null,
    links: [{ url: `https://portal.azure.com/${name}`, label: 'Portal' }],
    context: ['rg'],
    ids: ['Subscription 1', `Operation ${name}`],
    ...changes,
  };
}

const advice = {
  cause: 'Too little & too late.',
  step: 'Look.',
  command: 'az list',
  note: null,
  page: { url: 'https://learn.microsoft.com/quota', label: 'About this error' },
};

const failure = (name: string, mention: string | null = null, brief = 'quota used up'): Notice =>
  notice(name, {
    lead: 'Failed',
    brief,
    headline: `Failed: ${name}: ${brief}`,
    tone: 'bad',
    asksForAction: true,
    mention,
    facts: 'After 3 min',
    advice,
    said: { code: 'Quota', target: null, message: `No room for ${name}.` },
  });

const stall = (name: string): Notice =>
  notice(name, {
    lead: 'Stalled',
    brief: '40 % for 45 min',
    headline: `Stalled: ${name}: 40 % for 45 min`,
    tone: 'warning',
    asksForAction: true,
    advice: { ...advice, step: 'See which pod.' },
  });

const phase = (name: string): Notice =>
  notice(name, { lead: 'draining', headline: `${name}: draining, 5 min so far`, tone: 'progress' });

/** As long as the table of explanations and the names of a cluster may be. */
const longest = {
  cause: 'c'.repeat(200),
  step: 's'.repeat(120),
  command: 'a'.repeat(900),
  note: null,
  page: null,
};

function toLongNotice(
  { tone, summary, message }: { tone: Tone; summary: string; message: string },
  at: number,
): Notice {
  return notice(`aks-${at}`, {
    tone,
    facts: summary,
    asksForAction: at % 2 === 0,
    headline: 'h'.repeat(280),
    brief: 'b'.repeat(40),
    said: { code: 'C', target: null, message },
    parts: 'p'.repeat(3000),
    ...(at % 3 === 0 ? {} : { advice: longest }),
  });
}

describe('a digest', () => {
  it('names in its first line what failed and why, and counts the rest', () => {
    const entries: DigestEntry[] = [
      [notice('aks-1')],
      [failure('aks-2', '<!here>', 'drain blocked')],
      [notice('aks-3')],
      [stall('aks-4')],
      [failure('aks-5', null, 'subnet full')],
      [notice('aks-6', { lead: 'Canceled', headline: 'Canceled: aks-6', tone: 'neutral' })],
    ];
    const [planned = []] = planDigests(entries);
    expect(layOutDigest(planned).text).toBe(
      '2 failed: aks-2 (drain blocked), aks-5 (subnet full) · 1 stalled: aks-4 (40 % for 45 min) · 1 canceled · 2 succeeded <!here>',
    );
  });

  it('shows failures with cause, step, command and IDs, the others in a line, successes by their names', () => {
    const entries: DigestEntry[] = [
      [notice('aks-1')],
      [failure('aks-2')],
      [phase('aks-3'), notice('aks-3')],
      [stall('aks-4')],
      [notice('aks-5')],
    ];
    const [planned = [], ...others] = planDigests(entries);
    expect(others).toEqual([]);
    expect(textsOf(layOutDigest(planned)).slice(1)).toEqual([
      '*Failed: aks-2: quota used up*\n*Why* Too little &amp; too late.\n*Next* Look.\n*Command*\n```\naz list\n```',
      '<https://portal.azure.com/aks-2|Portal> · Subscription 1 · Operation aks-2',
      '• *Stalled: aks-4: 40 % for 45 min* · Next: see which pod. · <https://portal.azure.com/aks-4|Portal>\n' +
        '• draining → *Succeeded: aks-3, 18 min* · <https://portal.azure.com/aks-3|Portal>\n' +
        '*Succeeded:* aks-1, aks-5',
    ]);
  });

  it('counts what AKS canceled itself among the failures', () => {
    const canceled = { ...failure('aks-1'), lead: 'Canceled by AKS', countedAs: 'failed' };
    expect(layOutDigest([[failure('aks-2')], [canceled]]).text).toBe(
      '2 failed: aks-2 (quota used up), aks-1 (quota used up)',
    );
  });

  it('names as many as fit and counts the others', () => {
    const many = Array.from({ length: 30 }, (_, at): DigestEntry => [failure(`aks-${at}`)]);
    const { text } = layOutDigest(many);
    expect(text.length).toBeLessThanOrEqual(280);
    const [, named = '', more] = /^30 failed: (.+) and (\d+) more$/.exec(text) ?? [];
    expect(named.split(', ').length + Number(more)).toBe(30);
  });

  it('shows Azure’s words of a failure that nobody can explain', () => {
    const { advice: _advice, ...unexplained } = failure('aks-2');
    expect(textsOf(layOutDigest([[unexplained], [notice('b')]]))[1]).toBe(
      '*Failed: aks-2: quota used up*\n*Azure* Quota: No room for aks-2.',
    );
  });

  it('says where the parts of a failure stand', () => {
    const [planned = []] = planDigests([
      [notice('a', { tone: 'bad', parts: 'np2: failed · np1: succeeded' })],
      [notice('b', { tone: 'neutral', parts: 'np2: failed' })],
    ]);
    const texts = textsOf(layOutDigest(planned));
    expect(texts.filter((text) => text.includes('*Parts*'))).toEqual([
      '*Succeeded: a, 18 min*\n*Parts* np2: failed · np1: succeeded',
    ]);
  });

  it('of one operation has its headline', () => {
    expect(layOutDigest([[notice('aks-1'), failure('aks-1')]]).text).toBe(
      'Failed: aks-1: quota used up',
    );
  });

  it('says of each message what it holds, and pings for it nobody who was just pinged', () => {
    const failed: DigestEntry = [failure('aks-1', '<!here>')];
    const other: DigestEntry = [failure('aks-3', '<@U1>')];
    const pinged = new Set<string>();
    const first = layOutDigest([failed, [notice('aks-2')]], { number: 1, of: 2, pinged });
    expect(first.text).toBe(
      '1 failed: aks-1 (quota used up) · 1 succeeded (message 1 of 2) <!here>',
    );
    pinged.add('<!here>');
    const second = layOutDigest([failed, other], { number: 2, of: 2, pinged });
    const headline = '2 failed: aks-1 (quota used up), aks-3 (quota used up) (message 2 of 2)';
    expect(second.text).toBe(`${headline} <@U1>`);
    expect(second.attachments?.map(({ fallback }) => fallback)).toEqual([headline, headline]);
  });

  it('pings for every news of an entry, also when another one follows', () => {
    const entry: DigestEntry = [failure('a', '<@U1>'), failure('a', '<@U2>'), notice('a')];
    expect(layOutDigest([entry, [notice('b')]]).text).toMatch(/ <@U1> <@U2>$/);
  });

  it('pings each mentioned once', () => {
    const { text } = layOutDigest([
      [failure('a', '<!here>')],
      [failure('b', '<!here>')],
      [failure('c', '<@U1>')],
    ]);
    expect(text).toMatch(/^3 failed: [^<]+ <!here> <@U1>$/);
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
          const [, counts = '', which = ''] =
            /^(.*?)(?: (\(message [^()]*\)))?(?: <@U\d+>)*$/s.exec(text) ?? [];
          expect(which).toBe(given.of === 1 ? '' : `(message ${given.number} of ${given.of})`);
          const sum = counts.split(' · ').reduce((all, one) => all + Number.parseInt(one, 10), 0);
          expect(sum).toBe(held.length);
          for (const { fallback } of attachments) expect(fallback.length).toBeLessThanOrEqual(280);
        }
      }),
      { numRuns: 60 },
    );
  });
});
