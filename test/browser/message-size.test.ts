import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { messageSamples } from '../../local/messages/samples.ts';
import { startSamplePage } from '../../local/messages/sample-page.ts';
import { openBrowser, openTab } from './open-browser.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser.close());

/** The most pixels that a message is high on a phone, 390 wide. */
function mostPixels(name: string, size: string): number {
  if (name === 'digest') return 1200;
  if (size === 'line') return 220;
  return /^(?:failed|canceled)/.test(name) ? 610 : 700;
}

it('each kind of message keeps to its height on a phone', async () => {
  const samples = messageSamples();
  await using page = await startSamplePage(samples);
  await using tab = await openTab(browser, page.url, { viewport: { width: 390, height: 844 } });
  const messages = tab.page.locator('.message');
  await messages.nth(samples.length - 1).waitFor();
  const tooHigh: unknown[] = [];
  for (const [at, { name, size }] of samples.entries()) {
    const { height = Infinity } = (await messages.nth(at).boundingBox()) ?? {};
    if (height > mostPixels(name, size)) tooHigh.push({ name, height });
  }
  expect(tooHigh).toEqual([]);
});
