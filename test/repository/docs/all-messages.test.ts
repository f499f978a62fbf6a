import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { messageSamples } from '../../../local/messages/samples.ts';
import { messagesPage } from '../../../local/messages/table.ts';
import { pagePictures } from '../../../local/page-pictures.ts';
import { read } from './pages.ts';

const samples = messageSamples();

it('docs/messages.md shows each kind of message as the app makes it (npm run picture)', () => {
  expect(read('docs/messages.md')).toBe(messagesPage(samples));
});

it('each kind of message has its picture', () => {
  expect(samples.filter(({ name }) => !existsSync(`docs/messages/${name}.png`))).toEqual([]);
});

// Their width and height are at the beginning of a PNG.
it.each(pagePictures)('the README shows $name, as npm run picture takes it', (picture) => {
  const { name, width, height, scale } = picture;
  const png = readFileSync(`docs/${name}`);
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width * scale, height * scale]);
  expect(read('README.md')).toContain(`](docs/${name})`);
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
