import { isReference, unresolvedReference, type Environment, type Report } from './values.ts';

/**
 * Where the libraries for Azure look for a proxy, in their order, each also in lower case; the first that is not empty
 * counts (seen with ts-http-runtime 0.3.10). The libraries throw if they cannot read it.
 */
export const proxyNames = ['HTTPS_PROXY', 'ALL_PROXY', 'HTTP_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/** Reports a proxy that the libraries for Azure cannot use. */
export function checkProxy(env: Environment, report: Report): void {
  const name = proxyNames.find((one) => (env[one] ?? '') !== '');
  if (name === undefined) return;
  const text = env[name] ?? '';
  if (isReference(text)) report(name, unresolvedReference);
  else if ((URL.parse(text)?.hostname ?? '') === '')
    report(name, 'must be the URL of a proxy, such as http://proxy.example:3128.');
}
