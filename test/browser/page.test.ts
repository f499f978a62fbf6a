import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openTab } from './open-browser.ts';
import { operation, startTestPage } from './page-fixture.ts';
import { changed, failed, hostile, succeeded } from './sample-messages.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser.close());

/** A sub-operation as the API gives it. */
const poolUpgrade = (agentPoolName: string, status: string, code?: string) => ({
  kind: { target: 'agentPool', agentPoolName, action: 'upgrade' } as const,
  status,
  percentComplete: null,
  progress: null,
  ...(code === undefined ? {} : { code }),
});

/** A day in the life: three clusters, four messages. */
async function startBusyPage() {
  const page = await startTestPage();
  const now = Date.now();
  page.post('default', succeeded, new Date(now - 26 * 3_600_000));
  page.post('default', changed, new Date(now - 60_000));
  page.post('default', failed, new Date(now - 40_000));
  page.post('payments', { text: 'Canceled: aks-payments-neu/userpool, scale' });
  page.product.operations = [
    operation({
      label: 'weekly upgrade',
      kind: { target: 'cluster', action: 'upgrade' },
      usual: { lowSeconds: 1680, medianSeconds: 2040, highSeconds: 2460, runs: 12, of: 'here' },
    }),
    operation({ resourceName: 'aks-edge-use', status: 'InProgress', percentComplete: null }),
    operation({
      resourceName: 'aks-payments-neu',
      agentPoolName: 'userpool',
      channel: 'payments',
      reading: { ok: false, code: 'AuthorizationFailed' },
      undelivered: 2,
    }),
    operation({
      resourceName: 'aks-data-weu',
      state: 'finished',
      outcome: 'failed',
      status: 'Failed',
      percentComplete: null,
      endTime: new Date(now - 10_000).toISOString(),
      nextCheckAt: null,
      mention: 'here',
      error: {
        code: 'PodDrainFailure',
        message:
          'Drain of node aks-userpool-31120733 failed.\nToo many disruptions: <b>0</b> allowed.',
        details: [{ code: 'TooManyRequests', message: 'The disruption budget needs 0 pods.' }],
      },
      parts: [
        poolUpgrade('np2', 'Failed', 'PodDrainFailure'),
        poolUpgrade('np3', 'UpgradingNodes: 3/5 nodes completed'),
        poolUpgrade('np1', 'Succeeded'),
      ],
      partsLeftOut: 2,
      history: [
        {
          at: new Date(now - 50_000).toISOString(),
          event: 'statusChanged',
          from: 'InProgress',
          to: 'UpgradingNodes',
        },
        {
          at: new Date(now - 10_000).toISOString(),
          event: 'finished',
          from: 'UpgradingNodes',
          to: 'Failed',
          code: 'PodDrainFailure',
        },
      ],
    }),
    operation({
      resourceName: 'aks-staging-weu',
      state: 'finished',
      outcome: 'succeeded',
      status: 'Succeeded',
      percentComplete: 100,
      endTime: new Date(now - 5000).toISOString(),
      nextCheckAt: null,
    }),
  ];
  return page;
}

describe('the page in a browser', () => {
  it('shows a message the moment it arrives, and says where others wait', async () => {
    await using server = await startTestPage();
    await using tab = await openTab(browser, server.url);
    await expect.poll(server.listeners).toBe(1);
    server.post('default', failed);
    const message = tab.page.locator('.message').first();
    await message.waitFor();
    expect(await message.locator('.mention').textContent()).toBe('@here');
    expect(await message.locator('.attachment strong').first().textContent()).toBe(
      'InProgress → Failed',
    );
    expect(await message.locator('pre').textContent()).toContain('"limit":<1>}');
    expect(await message.locator('a').first().getAttribute('target')).toBe('_blank');
    server.post('payments', { text: 'Canceled: aks-payments-neu' });
    const payments = tab.page.locator('.channel', { hasText: 'payments' });
    await expect.poll(() => payments.locator('.unread').textContent()).toBe('1');
    await payments.click();
    await tab.page.getByText('Canceled: aks-payments-neu').waitFor();
    expect(await payments.locator('.unread').isVisible()).toBe(false);
    expect(tab.complaints).toEqual([]);
  });

  it('says what runs, how long that usually takes, and where each agent pool stands', async () => {
    await using server = await startBusyPage();
    await using tab = await openTab(browser, server.url);
    const running = tab.page.locator('.op', { hasText: 'aks-prod-weu' });
    await running.waitFor();
    expect(await running.locator('.op-target').textContent()).toBe(
      'cluster upgrade · weekly upgrade',
    );
    // It began a minute ago, and the clock goes on.
    expect(await running.locator('.op-times').textContent()).toMatch(
      /1 min(?: \d+ s)? · usual here: 28–41 min, 12 runs/,
    );
    await tab.page.locator('.op-summary', { hasText: 'aks-data-weu' }).click();
    await tab.page.locator('.op-parts li').nth(3).waitFor();
    expect(await tab.page.locator('.op-parts li').allTextContents()).toEqual([
      'agent pool np2 upgrade Failed · PodDrainFailure',
      'agent pool np3 upgrade UpgradingNodes: 3/5 nodes completed',
      'agent pool np1 upgrade Succeeded',
      '… and 2 more',
    ]);
  });

  it('looks as it should in the light and in the dark', async () => {
    await using server = await startBusyPage();
    const backgrounds = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await using tab = await openTab(browser, server.url, { colorScheme });
      const { page } = tab;
      await page.locator('.op').nth(4).waitFor();
      await page.locator('.op-summary', { hasText: 'aks-data-weu' }).click();
      await page.locator('.history li').nth(2).waitFor();
      await tab.screenshot(`page-${colorScheme}`);
      backgrounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      expect(tab.complaints).toEqual([]);
    }
    expect(backgrounds).toEqual(['rgb(255, 255, 255)', 'rgb(23, 25, 31)']);
  });

  it('shows foreign text as text: no mention, no markup, no script', async () => {
    await using server = await startTestPage();
    server.post('default', hostile);
    await using tab = await openTab(browser, server.url);
    const message = tab.page.locator('.message');
    const words = await message.textContent();
    expect(words).toContain('Failed: <!channel> <img src=x onerror=alert(1)>');
    expect(words).toContain('<javascript:alert(1)|click> <script>alert(2)</script>');
    expect(words).toContain('<script>alert(3)</script> <img src=x onerror=alert(4)>');
    expect(words).toContain('&lt;b&gt;<i>plain</i>');
    expect(words).toContain('[block: actions]');
    expect(await message.locator('.mention, script, a, b, i, h1, img[onerror]').count()).toBe(0);
    expect(await message.locator('.attachment').getAttribute('style')).toBeNull();
    expect(tab.complaints).toEqual([]);
    await tab.screenshot('hostile');
  });

  it('fits a phone without scrolling sideways', async () => {
    await using server = await startBusyPage();
    await using tab = await openTab(browser, server.url, {
      viewport: { width: 360, height: 740 },
      deviceScaleFactor: 2,
    });
    const { page } = tab;
    const overflow = () =>
      page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    await page.locator('.message').nth(2).waitFor();
    await tab.screenshot('phone-messages');
    expect(await overflow()).toBe(0);
    await page.locator('#tab-operations').click();
    await page.locator('.op-summary').first().waitFor();
    await tab.screenshot('phone-operations');
    expect(await overflow()).toBe(0);
    await page.getByRole('button', { name: 'Try it' }).click();
    await tab.screenshot('phone-try');
    expect(await overflow()).toBe(0);
    expect(tab.complaints).toEqual([]);
  });

  it('starts an operation and pulls a plug from the panel', async () => {
    await using server = await startTestPage();
    await using tab = await openTab(browser, server.url);
    const { page } = tab;
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByLabel('What happens').selectOption('upgradeFails');
    await page.getByLabel('Cluster').fill('aks-blue');
    await page.getByLabel('Mention').selectOption('here');
    await page.getByRole('button', { name: 'Start operation' }).click();
    await page.getByText('Started and registered on aks-blue.').waitFor();
    expect(server.registered).toEqual([
      { id: '/subscriptions/s/aks-blue/upgradeFails', channel: 'default', mention: 'here' },
    ]);
    await page.getByRole('switch', { name: 'Slack answers' }).click();
    await page.getByText('Unplugged: Slack').waitFor();
    expect(server.cutOff).toEqual([{ arm: false, slack: true, store: false }]);
    await tab.screenshot('try-it');
    expect(tab.complaints).toEqual([]);
  });

  it('offers a way to the newest message while an older one is read', async () => {
    await using server = await startTestPage();
    for (let count = 0; count < 8; count += 1) server.post('default', failed);
    await using tab = await openTab(browser, server.url);
    const { page } = tab;
    const jump = page.getByRole('button', { name: 'Jump to newest' });
    await page.locator('.message').nth(7).waitFor();
    expect(await jump.isVisible()).toBe(false);
    await page
      .locator('.pane')
      .first()
      .evaluate((pane) => pane.scrollTo(0, 0));
    await jump.waitFor();
    server.post('default', { text: 'The newest of all' });
    await page.getByText('The newest of all').waitFor({ state: 'attached' });
    expect(
      await page
        .locator('.pane')
        .first()
        .evaluate((pane) => pane.scrollTop),
    ).toBe(0);
    await jump.click();
    await jump.waitFor({ state: 'hidden' });
    expect(tab.complaints).toEqual([]);
  });

  it('says that the product is away, and goes on when it is back', async () => {
    await using server = await startBusyPage();
    await using tab = await openTab(browser, server.url);
    const health = tab.page.locator('#health');
    await expect.poll(() => health.textContent()).toContain('Healthy');
    server.product.up = false;
    await expect.poll(() => health.textContent()).toContain('Away');
    expect(await tab.page.locator('.op').count()).toBe(5);
    server.product.up = true;
    await expect.poll(() => health.textContent()).toContain('Healthy');
    expect(tab.complaints).toEqual([]);
  });
});
