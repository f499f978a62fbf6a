import { defineConfig } from 'vitest/config';

/** The tests that `npm run mutate` runs: those of `shared/` in this process. The built app would not hold the mutants. */
export default defineConfig({
  test: {
    include: [
      'test/*.test.ts',
      'test/{arm,calls,delivery,domain,explain,requests,settings,sign-in,slack,store,tick}/**/*.test.ts',
    ],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
