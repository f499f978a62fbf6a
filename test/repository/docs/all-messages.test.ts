import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { messageSamples } from '../../../local/messages/samples.ts';
import { messagesPage } from '../../../local/messages/table.ts';
import { read } from './pages.ts';

const samples = messageSamples();

it('docs/messages.md shows each kind of message as the app makes it (npm run picture)', () => {
  expect(read('docs/messages.md')).toBe(messagesPage(samples));
});

it('each kind of message has its picture', () => {
  expect(samples.filter(({ name }) => !existsSync(`docs/messages/${name}.png`))).toEqual([]);
});

it('each message that the tables explain has a sample', () => {
  const beginnings = samples.map(({ message }) => /^[A-Z][^:]*(?=: )/.exec(message.text)?.[0]);
  for (const kind of [
    'Failed',
    'Canceled by AKS',
    'Canceled',
    'Succeeded',
    'Started',
    'Stalled',
    'Moved',
    'Test',
  ])
    expect(beginnings).toContain(kind);
});
