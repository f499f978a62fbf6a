/**
 * The Node.js that runs the built app in tests: `APP_NODE`, or that of the tests. CI names the oldest one that is
 * supported there; the tests themselves run under the newest.
 */
export const appNode = process.env['APP_NODE'] ?? process.execPath;
