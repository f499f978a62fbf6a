import { createHash, timingSafeEqual } from 'node:crypto';

/** What a caller presents: the header `x-functions-key`, which decides when it is there, or `?code=`. */
interface PresentedKey {
  header: string | undefined;
  code: string | null;
}

/**
 * Whether the caller may use what the key protects. Without a key of the host everybody may.
 * The comparison takes the same time for every wrong key.
 */
export function isAuthorised(key: string | undefined, presented: PresentedKey): boolean {
  if (key === undefined) return true;
  return timingSafeEqual(digest(key), digest(presented.header ?? presented.code ?? ''));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
