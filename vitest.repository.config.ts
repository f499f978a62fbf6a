import { defineConfig } from 'vitest/config';
import { repositoryTests, shared } from './vitest.config.ts';

/** Documents, templates, workflows, scripts and the package: `npm run test:repository`. */
export default defineConfig({ test: { ...shared, include: repositoryTests } });
