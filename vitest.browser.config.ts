import { defineConfig } from 'vitest/config';

/** The page in a real browser: `npm run test:browser`, with Chromium at `CHROMIUM` or /usr/bin/chromium. */
export default defineConfig({
  test: {
    globalSetup: 'test/support/global-setup.ts',
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    fileParallelism: false,
  },
});
