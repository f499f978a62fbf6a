import { defineConfig } from 'vitest/config';
import { shared, simulationTests } from './vitest.config.ts';

/** Every fault at every request, and the deliberate bugs that this must find: `npm run test:simulation`. */
export default defineConfig({
  test: { ...shared, include: simulationTests, testTimeout: 120_000 },
});
