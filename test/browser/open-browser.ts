import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const screenshotFolder = join(import.meta.dirname, '../../.local/screenshots');

/** Starts Chromium with a profile of its own that talks to nobody but the page. */
export async function openBrowser(): Promise<Browser> {
  await mkdir(screenshotFolder, { recursive: true });
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A browser tab that keeps what the page complained about. */
export interface Tab {
  readonly page: Page;
  /** Errors of the console and uncaught ones. */
  readonly complaints: string[];
  /** Takes a picture to `.local/screenshots/`. */
  screenshot(name: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens a page in a fresh context. */
export async function openTab(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  await page.locator('.channel').first().waitFor();
  return {
    page,
    complaints,
    screenshot: async (name) => {
      // The arrival of a message and the progress bars move; pictures are of the end.
      await page.screenshot({
        path: join(screenshotFolder, `${name}.png`),
        animations: 'disabled',
      });
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}
