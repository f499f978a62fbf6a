import { maskSecrets } from './text.ts';

/** Takes the secrets that this app knows, and whatever looks like one, out of a text. */
export type Redact = (text: string) => string;

/** A {@link Redact} for the given secrets, as they are and as they stand in JSON or a URL. */
export function redactor(secrets: readonly string[]): Redact {
  const known = secrets
    .flatMap((secret) =>
      secret.length < 8
        ? []
        : [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)],
    )
    // One secret may be the beginning of another.
    .toSorted((a, b) => b.length - a.length);
  return (text) =>
    maskSecrets(known.reduce((clean, secret) => clean.replaceAll(secret, '***'), text));
}
