import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/processes/**'],
    globalSetup: ['test/support/global-setup.ts'],
    // Most of the time goes in waiting for processes and requests.
    maxWorkers: 3,
    // For machines that do other things besides; no test waits for luck.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
