import { chromium } from 'playwright-core';

/**
 * `npm run picture`: takes the README's picture of a message, the newest failure on the page of a running
 * `npm start`, with Chromium at `CHROMIUM` or /usr/bin/chromium.
 */
const page = process.argv[2] ?? 'http://127.0.0.1:7072';
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
  const tab = await browser.newPage({
    viewport: { width: 1240, height: 2000 },
    deviceScaleFactor: 1.5,
  });
  await tab.goto(page);
  const failure = tab
    .locator('.message')
    .filter({ hasText: /^Failed: |Failed: aks-prod-weu/ })
    .last();
  await failure.screenshot({ path: 'docs/message.png' });
} finally {
  await browser.close();
}
