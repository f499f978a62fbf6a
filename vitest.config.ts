import { defineConfig } from 'vitest/config';

/** The tests of documents, templates, workflows, scripts and the package: see vitest.repository.config.ts. */
export const repositoryTests = [
  'test/{docs,infra,scripts,security}/**/*.test.ts',
  'test/{dependencies,repository,workflows}.test.ts',
];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/processes/**', ...repositoryTests],
    globalSetup: ['test/support/global-setup.ts'],
    // Most of the time goes in waiting for processes and requests.
    maxWorkers: 3,
    // For machines that do other things besides; no test waits for luck.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
