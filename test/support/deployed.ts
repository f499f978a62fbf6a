/** Every file that is deployed, by its path in the package. */
export const deployed: readonly string[] = [
  'LICENSE',
  'dist/api.json',
  'dist/app.cjs',
  'dist/identity.cjs',
  'dist/third-party-notices.txt',
  'dist/xml.cjs',
  'host.json',
  'package.json',
];
