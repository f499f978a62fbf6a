/** Put in when the app is built (build.ts). */
declare const builtVersion: string | undefined;

/**
 * The version of this code: that of package.json with a hash of all that was built, so that the same code has the same
 * one and other code has another. `development` where the code was not built.
 */
export const appVersion: string = typeof builtVersion === 'string' ? builtVersion : 'development';
