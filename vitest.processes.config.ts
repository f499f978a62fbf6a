import { defineConfig } from 'vitest/config';
import { processTests, shared } from './vitest.config.ts';

/** Real processes, started and killed at random: `npm run test:processes`; `SEED=…` replays the moments of a run. */
export default defineConfig({
  test: {
    ...shared,
    include: processTests,
    // A kill in the middle of a send delays that message by a minute.
    testTimeout: 240_000,
    fileParallelism: false,
  },
});
