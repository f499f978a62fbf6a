import { defineConfig } from 'vitest/config';

/** Real processes killed at random: `npm run test:processes`; `SEED=…` replays the moments of a run. */
export default defineConfig({
  test: {
    include: ['test/processes/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // A kill in the middle of a send delays that message by a minute.
    testTimeout: 240_000,
    hookTimeout: 30_000,
    fileParallelism: false,
  },
});
