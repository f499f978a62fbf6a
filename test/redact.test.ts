import { describe, expect, it } from 'vitest';
import { redactor } from '../shared/redact.ts';

const secret = 'pa"ss/w ord';
const redact = redactor([
  secret,
  'https://monitor.example/ping/1',
  'https://monitor.example/ping/12',
  'a b',
]);

describe('redactor', () => {
  it.each([
    ['as it is', `the key ${secret}!`, 'the key ***!'],
    ['in JSON', JSON.stringify({ key: secret }), '{"key":"***"}'],
    [
      'in a URL',
      `https://x.example/?q=${encodeURIComponent(secret)}&y`,
      'https://x.example/?q=***&y',
    ],
    ['as often as it comes', `${secret} ${secret}`, '*** ***'],
    ['whole, when another one is its beginning', 'GET https://monitor.example/ping/12', 'GET ***'],
    ['that it does not know, but recognises', '?sig=abc', '?sig=***'],
  ])('takes out a secret %s', (_, text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  it('leaves alone what is too short for a secret', () => {
    expect(redact('a b c')).toBe('a b c');
  });
});
