import type { Environment } from './values.ts';

/** Settings whose value is a secret URL; the last one covers all names that begin with it. */
const urls = /^(?:HEARTBEAT_URL|SLACK_WEBHOOK_URL(?:_.*)?)$/i;
/** Settings whose value is a secret: Slack's, and those that the platform and the sign-in library read. */
const secrets =
  /^(?:SLACK_BOT_TOKEN|SLACK_SIGNING_SECRET|AZURE_CLIENT_SECRET|AZURE_CLIENT_CERTIFICATE_PASSWORD|AZURE_PASSWORD|IDENTITY_HEADER|MSI_SECRET)$/i;
/** In a connection string, whichever setting holds it. */
const keys = /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)\s*=\s*([^;]+)/gi;

/** Every secret that the environment holds, whether or not the settings can be used. */
export function secretsIn(env: Environment): string[] {
  return Object.entries(env).flatMap(([name, given = '']) => {
    const text = given.trim();
    if (secrets.test(name)) return [text];
    if (urls.test(name)) return [text, ...partsOf(text)];
    return [...text.matchAll(keys)].flatMap(([, key = '']) => [key.trim(), ...signatureIn(key)]);
  });
}

/** A URL as a library writes it, and its path, which errors name without the host. */
function partsOf(text: string): string[] {
  const url = URL.parse(text);
  return url === null ? [] : [url.href, `${url.pathname}${url.search}`];
}

/** The signature of a shared access signature, without which the rest is no secret. The redactor decodes it. */
function signatureIn(key: string): string[] {
  const signature = /(?:^|[?&])sig=([^&]+)/i.exec(key)?.[1];
  return signature === undefined ? [] : [signature];
}
