import { fc } from './support/properties.ts';
import { describe, expect, it } from 'vitest';
import { redactor } from '../shared/redact.ts';
import {
  cleanEnds,
  cleanText,
  longestText,
  maskSecrets,
  oneLine,
  truncate,
} from '../shared/text.ts';
import { hostileText, hugeText } from './support/operation-arbitraries.ts';

describe('truncate', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['🦊🦊🦊', 3, '🦊🦊🦊'],
    ['🦊🦊🦊🦊', 3, '🦊🦊…'],
    ['ab cd', 4, 'ab…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('of %j to %d is %j', (text, max, cut) => {
    expect(truncate(text, max)).toBe(cut);
  });

  it('never exceeds its length, never splits a character, and changes nothing that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(30), (text, max) => {
        const cut = truncate(text, max);
        const { length } = Array.from(text);
        expect(Array.from(cut).length).toBeLessThanOrEqual(max);
        expect(cut.isWellFormed()).toBe(true);
        const isCut = length > max;
        expect(cut === text).toBe(!isCut || (max === 1 && text === '…'));
        expect(cut.endsWith('…')).toBe((isCut && max > 0) || text.endsWith('…'));
      }),
    );
  });
});

describe('maskSecrets', () => {
  it.each([
    [
      'a signed URL',
      'https://arm.example/o/1?api-version=1&t=63&c=MII%2F&s=qp_-K&h=eV',
      'https://arm.example/o/1?api-version=1&t=***&c=***&s=***&h=***',
    ],
    [
      'a signed URL in JSON',
      String.raw`"https:\/\/arm.example\/o?t=63&s=qpK"`,
      String.raw`"https:\/\/arm.example\/o?t=***&s=***"`,
    ],
    [
      'a signed URL as Go writes JSON',
      String.raw`https://arm.example/o?x=1\u0026s=qpK and more`,
      String.raw`https://arm.example/o?x=1\u0026s=*** and more`,
    ],
    [
      'a signed URL in HTML',
      'https://arm.example/o?x=1&amp;sig=qpK and more',
      'https://arm.example/o?x=1&amp;sig=*** and more',
    ],
    ['a function key', 'GET /api/operations?code=abc123==', 'GET /api/operations?code=***'],
    [
      'a storage key',
      'AccountName=a;AccountKey=abc+/=;EndpointSuffix=x',
      'AccountName=a;AccountKey=***;EndpointSuffix=x',
    ],
    [
      'a webhook with two of its marks',
      'https://hooks.slack.com/services/T0/services/xyz failed',
      'https://hooks.slack.com/services/*** failed',
    ],
    [
      'a webhook behind another URL',
      'http://a,http://b/workflows/T0 and http://c/services/ too',
      'http://a,http://b/workflows/*** and http://c/services/ too',
    ],
    [
      'a webhook as JSON may escape it',
      String.raw`"https:\/\/hooks.slack.com\/services\/T0\/xyz"`,
      String.raw`"https:\/\/hooks.slack.com\/services\/***"`,
    ],
    ['a token in which the text was cut', 'Bearer eyJ0eXAi…', 'Bearer ***…'],
    ['a shared access signature', 'SharedAccessSignature=sv=2024&x', 'SharedAccessSignature=***'],
    [
      'a bearer token',
      'Authorization: Bearer eyJ0eXAiOiJKV1QiLCJhbGciOi.J9-_x',
      'Authorization: Bearer ***',
    ],
    [
      'a Slack webhook',
      'POST https://hooks.slack.com/services/T0/B0/xyz failed',
      'POST https://hooks.slack.com/services/*** failed',
    ],
    [
      'no secret',
      'Bearer of news: status=1&percent=40 at node-4',
      'Bearer of news: status=1&percent=40 at node-4',
    ],
  ])('masks %s', (_, text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });
});

describe('cleanText', () => {
  it.each([
    ['keeps tabs and line breaks', 'a\tb\r\nc', 'a\tb\nc'],
    ['drops control characters', 'a\u0000\u0007\u001b[31m\u0085b', 'a[31mb'],
    ['drops marks that reorder text', 'a\u202eb\u2066c\u200fd', 'abcd'],
    ['repairs broken Unicode', 'a\ud83db', 'a\ufffdb'],
    ['finds a secret that control characters hide', '?si\u0000g=geheim', '?sig=***'],
  ])('%s', (_, text, clean) => {
    expect(cleanText(text, 100)).toBe(clean);
  });

  it('yields bounded, valid Unicode without control characters, whatever comes', () => {
    fc.assert(
      fc.property(hugeText, fc.integer({ min: 0, max: 300 }), (text, max) => {
        const clean = cleanText(text, max);
        expect(Array.from(clean).length).toBeLessThanOrEqual(max);
        expect(clean).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
        expect(clean).not.toContain('geheim');
      }),
    );
  });
});

const secrets: readonly string[] = [
  '?sig=ZZZZZZ%2FZZZZZZ%2FZZZZZZ',
  'AccountKey=ZZZZZZ/ZZZZZZ/ZZZZZZ==',
  'Authorization: Bearer ZZZZZZ.ZZZZZZ.ZZZZZZ.ZZZZZZ',
  'https://hooks.slack.com/services/ZZZZZZ/ZZZZZZ/ZZZZZZ',
];

describe('a secret that a bound cuts through', () => {
  const anyLength = fc.record({
    secret: fc.constantFrom(...secrets),
    /** How much of it is before the bound. */
    before: fc.nat(60),
    max: fc.integer({ min: 1, max: 300 }),
    /** What is dropped, and what is kept; both make the text reach up to the bound. */
    filling: fc.constantFrom('\u0000', '. ', '\r\n'),
  });

  it('is masked in a text that is cleaned', () => {
    fc.assert(
      fc.property(anyLength, ({ secret, before, max, filling }) => {
        const bound = max * 2 + 4096;
        const start = filling.repeat(bound).slice(0, Math.max(bound - before, 0));
        expect(cleanText(`${start}${secret}${'y'.repeat(9999)}`, max)).not.toMatch(/Z/);
        // Where what fills it is dropped, the text that is left begins with the secret.
        expect(cleanText(`${start}${secret}`, max)).not.toMatch(/Z/);
      }),
    );
  });

  it('is masked in a line of the log, also one that only this app knows', () => {
    const own = 'ZZZZZZ-ZZZZZZ-ZZZZZZ';
    const redact = redactor([own]);
    fc.assert(
      fc.property(anyLength, fc.boolean(), ({ secret, before }, isOwn) => {
        const start = `${'x'.repeat(longestText - before - 1)} `;
        const line = redact(`${start}${isOwn ? own : secret}${' z'.repeat(longestText)}`);
        expect(line).not.toMatch(/Z/);
        expect(line.length).toBeLessThanOrEqual(longestText + 3);
      }),
    );
  });
});

describe('oneLine', () => {
  it('makes one space of every run of white space', () => {
    expect(oneLine(' a\r\n\tb\u2028c  ')).toBe('a b c');
    fc.assert(fc.property(hostileText, (text) => !/[\r\n\u2028\u2029]/.test(oneLine(text))));
  });
});

describe('cleanEnds', () => {
  it('keeps the start and the end of what is too long', () => {
    const text = cleanEnds(`Start ${'x'.repeat(900)} end`, 100);
    expect(text).toMatch(/^Start x+ … x+ end$/);
    expect(text.length).toBeLessThanOrEqual(100);
    expect(cleanEnds('short', 100)).toBe('short');
    expect(cleanEnds('abcdef', 3)).toBe('ab…');
  });

  it('does the same with megabytes', () => {
    const text = cleanEnds(`Start ${'log line\n'.repeat(300_000)} end`, 200);
    expect(text).toMatch(/^Start .* end$/s);
    expect(text.length).toBeLessThanOrEqual(200);
  });

  it.each([100, 5000, 9000, 20_000])('shows nothing of a secret of %i characters', (length) => {
    const secret = 's3cret'.repeat(length / 5).slice(0, length);
    for (const before of [0, 50, 8000, 8190, 9000]) {
      const text = `${'a '.repeat(before / 2)}https://x.example/?sig=${secret} then it failed`;
      for (const max of [60, 300, 1500]) expect(cleanEnds(text, max)).not.toContain('s3cret');
    }
  });
});
