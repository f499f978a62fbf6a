import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { parseMrkdwn, plainText } from '../../../local/page/mrkdwn.ts';
import type { Token } from '../../../local/page/mrkdwn.ts';

const text = (words: string): Token => ({ type: 'text', text: words });
const bold = (...children: Token[]): Token => ({ type: 'bold', children });

const cases: readonly (readonly [name: string, source: string, tokens: readonly Token[]])[] = [
  ['nothing', '', []],
  ['plain words', 'a b', [text('a b')]],
  ['bold', 'a *b c* d', [text('a '), bold(text('b c')), text(' d')]],
  ['italics', '_a_', [{ type: 'italic', children: [text('a')] }]],
  ['strike', '~a~', [{ type: 'strike', children: [text('a')] }]],
  ['bold in brackets', '(*a*)', [text('('), bold(text('a')), text(')')]],
  ['italics within bold', '*a _b_*', [bold(text('a '), { type: 'italic', children: [text('b')] })]],
  ['underscores within a word', 'aks_prod_weu', [text('aks_prod_weu')]],
  ['a product of numbers', '2 * 3 * 4', [text('2 * 3 * 4')]],
  ['a marker that is not closed', '*a', [text('*a')]],
  ['bold across lines', '*a\nb*', [text('*a\nb*')]],
  ['inline code, unformatted', '`*a*`', [{ type: 'code', text: '*a*' }]],
  ['a fence over lines', '```a\n*b*```', [{ type: 'fence', text: 'a\n*b*' }]],
  ['a fence that is not closed', '```a', [text('```a')]],
  ['entities in a fence', '```&lt;a&gt;```', [{ type: 'fence', text: '<a>' }]],
  [
    'a link with its label',
    '<https://a.example/?x=1&amp;y=2|a &amp; b>',
    [{ type: 'link', url: 'https://a.example/?x=1&y=2', text: 'a & b' }],
  ],
  [
    'a bare link',
    '<https://a.example>',
    [{ type: 'link', url: 'https://a.example', text: 'https://a.example' }],
  ],
  ['a link of another scheme as words', '<javascript:a|b>', [text('<javascript:a|b>')]],
  ['a mention of all who are here', '<!here>', [{ type: 'mention', text: '@here' }]],
  ['a mention of the channel', '<!channel|channel>', [{ type: 'mention', text: '@channel' }]],
  ['a mention of a person', '<@U123>', [{ type: 'mention', text: '@U123' }]],
  ['a mention of a person by name', '<@U123|ada>', [{ type: 'mention', text: '@ada' }]],
  ['a mention of a group', '<!subteam^S123>', [{ type: 'mention', text: '@S123' }]],
  ['an escaped mention as words', '&lt;!channel&gt;', [text('<!channel>')]],
  ['a twice escaped mention, decoded once', '&amp;lt;!here&amp;gt;', [text('&lt;!here&gt;')]],
  ['an emoji', 'a :tada: b', [text('a '), { type: 'emoji', text: ':tada:' }, text(' b')]],
  ['a time as words', '14:13:59', [text('14:13:59')]],
  [
    'a quotation, in its line',
    'a\n&gt; b *c*\nd',
    [text('a\n'), { type: 'quote', children: [text('b '), bold(text('c'))] }, text('\nd')],
  ],
  ['a > within a line', 'a &gt; b', [text('a > b')]],
  ['the marks of East Asia', '＿a＿', [{ type: 'italic', children: [text('a')] }]],
  ['an unknown command as words', '<!foo>', [text('<!foo>')]],
  [
    'a date',
    '<!date^1790000000^{date_short_pretty} {time}|2026-09-21 14:13 UTC>',
    [
      {
        type: 'date',
        seconds: 1_790_000_000,
        format: '{date_short_pretty} {time}',
        fallback: '2026-09-21 14:13 UTC',
      },
    ],
  ],
];

const escape = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const withoutMarkers = (words: string): string => words.replaceAll(/[*_~`]|^> */gm, '');

describe('parseMrkdwn', () => {
  it.each(cases)('reads %s', (_name, source, tokens) => {
    expect(parseMrkdwn(source)).toEqual(tokens);
  });

  it('never throws, whatever it is given', () => {
    const characters = fc.string({
      unit: fc.constantFrom(...Array.from('*_~`<>&;|!@#^ \na1lt')),
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), characters), (source) => {
        expect(parseMrkdwn(source)).toBeInstanceOf(Array);
      }),
    );
  });

  it('shows every escaped text as it was written, but for formatting', () => {
    const words = fc.string({
      unit: fc.oneof(
        fc.string({ maxLength: 1, minLength: 1, unit: 'grapheme' }),
        fc.constantFrom(...Array.from('<>&;!|*_ \n')),
      ),
    });
    fc.assert(
      fc.property(words, (written) => {
        const shown = plainText(parseMrkdwn(escape(written)));
        expect(withoutMarkers(shown)).toBe(withoutMarkers(written));
      }),
    );
  });

  it('makes no link and no mention out of escaped text', () => {
    const hostile = fc.array(
      fc.constantFrom('<!here>', '<@U1>', '<https://a|b>', '*', '`', ' ', 'x'),
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        const kinds = JSON.stringify(parseMrkdwn(escape(parts.join(''))));
        expect(kinds).not.toMatch(/"type":"(?:link|mention|date)"/);
      }),
    );
  });
});
