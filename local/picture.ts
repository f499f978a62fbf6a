import { mkdir, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { messageSamples } from './messages/samples.ts';
import { startSamplePage } from './messages/sample-page.ts';
import { takePagePictures } from './page-pictures.ts';
import { messagesPage } from './messages/table.ts';

/**
 * `npm run picture`: writes `docs/messages.md` and takes the pictures in it, of each kind of message on the local page at
 * a phone's width, and those of the page of the running product; with Chromium at `CHROMIUM` or /usr/bin/chromium.
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
  await takeMessages();
  await takePagePictures(browser, 'docs');
} finally {
  await browser.close();
}

async function takeMessages(): Promise<void> {
  const tab = await browser.newPage({
    viewport: { width: 390, height: 2000 },
    deviceScaleFactor: 1.5,
    bypassCSP: true,
  });
  await tab.goto(page.url);
  await tab
    .locator('.message')
    .nth(samples.length - 1)
    .waitFor();
  // What floats above messages is no part of them.
  await tab.addStyleTag({ content: '.jump, .tabs { display: none }' });
  for (const [at, { name }] of samples.entries()) {
    const path = `docs/messages/${name}.png`;
    await tab.locator('.message').nth(at).screenshot({ path, animations: 'disabled' });
  }
}
