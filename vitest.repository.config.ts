import { defineConfig } from 'vitest/config';
import product, { repositoryTests } from './vitest.config.ts';

/** Documents, templates, workflows, scripts and the package: `npm run test:repository`. */
export default defineConfig({ test: { ...product.test, include: repositoryTests, exclude: [] } });
