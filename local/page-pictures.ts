import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { playDemo } from './demo.ts';
import { startProduct, type Product } from './product.ts';

/** A picture of the page: its name in `docs/`, and the size of the window in pixels of CSS. */
export interface PagePicture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

/** The README's first picture, and the page on a screen and on a phone. */
export const pagePictures: readonly PagePicture[] = [
  { name: 'product.png', width: 1100, height: 700, scale: 1.5 },
  { name: 'page.png', width: 1440, height: 900, scale: 1 },
  { name: 'page-phone.png', width: 390, height: 844, scale: 2 },
];

/** No failure is awaited for longer than this, in milliseconds. */
const longestMs = 3 * 60_000;

/**
 * Starts the product as `npm start` does, and takes pictures of its page as soon as that shows a failure.
 *
 * @param folder where the pictures go
 * @param play starts and registers operations of which one fails; default: the demo of `npm start`, which takes a minute
 */
export async function takePagePictures(
  browser: Browser,
  folder: string,
  play: (product: Product) => Promise<unknown> = async ({ arm, api }) => await playDemo(arm, api),
): Promise<void> {
  await using data = await mkdtempDisposable(join(tmpdir(), 'pictures-'));
  await using product = await startProduct({ dataFolder: data.path, port: 0 });
  await play(product);
  for (const { name, width, height, scale } of pagePictures) {
    const tab = await browser.newPage({
      viewport: { width, height },
      deviceScaleFactor: scale,
      locale: 'en-US',
      timezoneId: 'UTC',
    });
    await tab.goto(product.page.url);
    await tab.locator('.message', { hasText: 'Failed: ' }).last().waitFor({ timeout: longestMs });
    // The list of operations comes a moment after the message.
    await tab.locator('.op', { hasText: 'Failed' }).first().waitFor({ state: 'attached' });
    await tab.getByText('not delivered yet').first().waitFor({ state: 'detached' });
    await tab.screenshot({ path: join(folder, name), animations: 'disabled' });
    await tab.close();
  }
}
