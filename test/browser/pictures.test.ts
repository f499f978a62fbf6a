import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pagePictures, takePagePictures } from '../../local/page-pictures.ts';
import { openBrowser } from './open-browser.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(() => browser.close());

it('the page’s pictures are taken of the running product, once it has posted a failure', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'pictures-test-'));
  const posted: string[] = [];
  await takePagePictures(browser, folder.path, async ({ arm, slack, api }) => {
    slack.onMessage(({ payload }) => void posted.push(JSON.stringify(payload)));
    const { id } = arm.start({
      subscriptionId: 'dede0000-5ca1-4e00-8aaa-000000000001',
      resourceGroupName: 'rg-prod-weu',
      resourceName: 'aks-prod-weu',
      scenario: 'neverEnds',
    });
    arm.set(id, { status: 'Failed', error: { code: 'SubnetIsFull', message: 'Full.' } });
    await api.register({ id });
  });
  expect(posted).toEqual([expect.stringContaining('Failed: aks-prod-weu')]);
  const sizes = await Promise.all(
    pagePictures.map(async ({ name }) => {
      const png = await readFile(join(folder.path, name));
      return [png.readUInt32BE(16), png.readUInt32BE(20)];
    }),
  );
  expect(sizes).toEqual(
    pagePictures.map(({ width, height, scale }) => [width * scale, height * scale]),
  );
}, 60_000);
