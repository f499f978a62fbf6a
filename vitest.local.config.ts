import { configDefaults, defineConfig } from 'vitest/config';
import { localTests, processTests, shared } from './vitest.config.ts';

/** The local product: `npm run test:local`. */
export default defineConfig({
  test: {
    ...shared,
    include: localTests,
    exclude: [...configDefaults.exclude, ...processTests],
  },
});
