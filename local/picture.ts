import { mkdir, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { messageSamples } from './messages/samples.ts';
import { startSamplePage } from './messages/sample-page.ts';
import { messagesPage } from './messages/table.ts';

/**
 * `npm run picture`: writes `docs/messages.md` and takes the pictures in it, of each kind of message on the local page at
 * a phone's width, and the README's picture of a failure; with Chromium at `CHROMIUM` or /usr/bin/chromium.
 */
const samples = messageSamples();
await mkdir('docs/messages', { recursive: true });
await writeFile('docs/messages.md', messagesPage(samples));
await using page = await startSamplePage(samples);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
  ],
});
try {
  await take(
    390,
    1.5,
    samples.map(({ name }) => [name, `docs/messages/${name}.png`]),
  );
  await take(820, 1.5, [['failed', 'docs/message.png']]);
} finally {
  await browser.close();
}

async function take(
  width: number,
  deviceScaleFactor: number,
  pictures: readonly (readonly [name: string, path: string])[],
): Promise<void> {
  const tab = await browser.newPage({
    viewport: { width, height: 2000 },
    deviceScaleFactor,
    bypassCSP: true,
  });
  await tab.goto(page.url);
  await tab
    .locator('.message')
    .nth(samples.length - 1)
    .waitFor();
  // What floats above messages is no part of them.
  await tab.addStyleTag({ content: '.jump { display: none }' });
  for (const [name, path] of pictures) {
    const at = samples.findIndex((sample) => sample.name === name);
    await tab.locator('.message').nth(at).screenshot({ path, animations: 'disabled' });
  }
}
