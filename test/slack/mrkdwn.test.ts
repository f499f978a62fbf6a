import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { parseMrkdwn, plainText } from '../../local/page/mrkdwn.ts';
import {
  date,
  escape,
  fence,
  inline,
  link,
  mention,
  truncateEscaped,
} from '../../shared/slack/mrkdwn.ts';
import { oneLine } from '../../shared/text.ts';
import { hostileText } from '../support/operation-arbitraries.ts';
import { foreignMarkup } from '../support/operation-messages.ts';

describe('foreign text', () => {
  it.each([
    ['a mention', '<!channel>', '&lt;!channel&gt;'],
    ['a link', '<https://x.example|click>', '&lt;https://x.example|click&gt;'],
    ['an entity', '&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
    ['@here', 'a @here, @Channel @everyone!', 'a @\u2060here, @\u2060Channel @\u2060everyone!'],
    ['what a cut could make a mention', 'a@everyone2', 'a@\u2060everyone2'],
  ])('is escaped with %s in it', (_, text, escaped) => {
    expect(escape(text)).toBe(escaped);
  });

  it('stays on one line, and ends no bold and no code', () => {
    expect(inline(' a\n`b` *c*\u2028d ')).toBe('a ˋbˋ ∗c∗ d');
  });

  it.each([
    ['aks_prod_weu', 'aks_prod_weu'],
    ['a_b~c d:e 14:13:59', 'a_b~c d:e 14:13:59'],
    ['RG_(1)', 'RG_(1)'],
    ['_prod_', '`_prod_`'],
    ['rollback of ~1.31~ _eu_', 'rollback of `~1.31~` `_eu_`'],
    ['pool (_np1_), then', 'pool (`_np1_`), then'],
    ['/rg/_prod_/x', '`/rg/_prod_/x`'],
    ['_a b_', '`_a` b_'],
    ['＿a＿ and ～b～', '`＿a＿` and `～b～`'],
    ['done :tada: :100:', 'done `:tada:` `:100:`'],
    ['> quoted', '`&gt;` quoted'],
    ['＞quoted', '`＞quoted`'],
    ['a > b', 'a &gt; b'],
    ['- a', '- a'],
  ])('is code where Slack would see a mark, and else as it was: %s', (text, written) => {
    expect(inline(text)).toBe(written);
  });

  it('stays in its fence', () => {
    expect(fence('\na ```\n<b>\n｀｀｀', 100)).toBe('```\na ˋˋˋ\n&lt;b&gt;\nˋˋˋ\n```');
  });

  it('is shown as it is, with a sign that looks alike for what ends bold and code', () => {
    const marks = [
      ...Array.from('*_~`<>&＊＿～｀＞:@#^|()[]{}"\',.;-/\\'),
      ' ',
      ' ',
      '1',
      'a',
      'ä',
      'tada',
      'here',
    ];
    const text = fc
      .array(fc.constantFrom(...marks), { maxLength: 30 })
      .map((parts) => parts.join(''));
    const before = fc.constantFrom('', '*', '(', '• *a* ', 'a\n');
    const after = fc.constantFrom('', '*', ')', ', b', '\n~');
    fc.assert(
      fc.property(text, before, after, (words, left, right) => {
        const line = `${left}${inline(words)}${right}`;
        expect(foreignMarkup(line)).toEqual([]);
        const shown = plainText(parseMrkdwn(inline(words))).replaceAll('\u2060', '');
        const expected = oneLine(words).replaceAll(/[`｀]/g, 'ˋ').replaceAll(/[*＊]/g, '∗');
        expect(shown).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('has no control sequence left, and fits, whatever it is', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 60 }), (text, max) => {
        const line = inline(text.toWellFormed(), max);
        const block = fence(text.toWellFormed(), max);
        for (const shown of [line, block]) {
          expect(shown).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)|@(?:here|channel|everyone)/i);
          expect(shown.isWellFormed()).toBe(true);
        }
        expect(line).not.toMatch(/[*\n\r\u2028]/);
        expect(line.split('`').length % 2).toBe(1);
        expect(foreignMarkup(line)).toEqual([]);
        expect(block.split('```')).toHaveLength(3);
        expect(line.length).toBeLessThanOrEqual(max);
        expect(block.length).toBeLessThanOrEqual(max + 8);
      }),
    );
  });
});

describe('truncateEscaped', () => {
  it.each([
    ['abcd', 4, 'abcd'],
    ['abcde', 4, 'abc…'],
    ['ab&amp;c', 7, 'ab&amp;c'.slice(0, 2) + '…'],
    ['ab&amp;cd', 8, 'ab&amp;…'],
    ['a&lt;', 4, 'a…'],
    ['ab🦊cd', 4, 'ab…'],
    ['a `bcd` e', 6, 'a `b…`'],
    ['a `bcd` e', 4, 'a …'],
    ['a `bcd` e', 8, 'a `bcd`…'],
    ['`&amp;b`', 7, '`…`'],
  ])('of %j to %d is %j', (text, max, cut) => {
    expect(truncateEscaped(text, max)).toBe(cut);
  });
});

describe('our own markup', () => {
  it.each([
    ['a link', link('https://x.example/#a>|b', 'Open'), '<https://x.example/#a%3E%7Cb|Open>'],
    [
      'a date with UTC for those who cannot see it',
      date('2026-09-21T14:13:59.999Z'),
      '<!date^1790000039^{date_short_pretty} {time}|2026-09-21 14:13 UTC>',
    ],
    ['a mention of all who are here', mention('here'), '<!here>'],
    ['a mention of the channel', mention('channel'), '<!channel>'],
    ['a mention of a user', mention('U0ABC'), '<@U0ABC>'],
    ['a mention of a workspace user', mention('W0ABC'), '<@W0ABC>'],
    ['a mention of a group', mention('S0ABC'), '<!subteam^S0ABC>'],
  ])('is %s', (_, made, expected) => {
    expect(made).toBe(expected);
  });
});
