import { defineConfig } from 'vitest/config';

/** The tests that `npm run mutate` runs: those of `shared/` in this process. The built app would not hold the mutants. */
export default defineConfig({
  test: {
    include: [
      'test/*.test.ts',
      'test/{arm,doctor,explain,operation,slack,store,tick,tracking,watch}/**/*.test.ts',
    ],
    exclude: ['test/{dependencies,doctor-script,repository,workflows}.test.ts', 'test/doctor/**'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
