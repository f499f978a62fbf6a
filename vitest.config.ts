import { defineConfig } from 'vitest/config';

/** The tests of documents, templates, workflows, scripts and the package: `npm run test:repository`. */
export const repositoryTests = ['test/{repository,client}/**/*.test.ts'];
/** Those that play thousands of simulations: `npm run test:simulation`. */
export const simulationTests = ['test/simulation/{faults,mutations}.test.ts'];
/** Those that start, kill and wait for real processes: `npm run test:processes`. */
export const processTests = [
  'test/processes/**/*.test.ts',
  'test/doctor/script.test.ts',
  'test/doctor/broken-set-ups.test.ts',
  'test/functions/short-schedule.test.ts',
  'test/local/{azurite,start-whole}.test.ts',
];
/** Those of what only a developer's machine has, the Functions host, the page and the stand-ins: `npm run test:local`. */
export const localTests = ['test/local/**/*.test.ts'];
/** The sign-in library reads the environment once in the life of a process: each has a process of its own. */
const signInTests = ['test/sign-in/credential.test.ts'];

/** What all tests share. */
export const shared = {
  globalSetup: ['test/support/global-setup.ts'],
  // Most of the time goes in waiting for processes and requests.
  maxWorkers: 3,
  // For machines that do other things besides; no test waits for luck.
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/** The product: `npm test`. */
export default defineConfig({
  test: {
    ...shared,
    projects: [
      {
        extends: true,
        test: {
          name: 'product',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/browser/**',
            ...repositoryTests,
            ...simulationTests,
            ...processTests,
            ...localTests,
            ...signInTests,
          ],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'sign-in', include: signInTests } },
    ],
  },
});
