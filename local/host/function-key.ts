import { createHash, timingSafeEqual } from 'node:crypto';

/** What a caller presents: the header `x-functions-key`, which decides when it is there, or `?code=`. */
interface PresentedKey {
  header: string | undefined;
  code: string | null;
}

/** The keys of the host; `undefined` turns keys off. */
export interface HostKeys {
  /** Opens every function that needs a key. */
  functionKey: string;
  /** Opens these, `/admin`, and functions of the level `admin`. */
  masterKey: string;
}

/**
 * What the host answers a caller who lacks a right: 401 without a key that it knows, 403 with one that opens other
 * things (seen of the real host); `null`: the caller may.
 * The comparison takes the same time for every wrong key.
 */
export function keyRefusal(
  keys: HostKeys | undefined,
  needed: 'function' | 'admin',
  presented: PresentedKey,
): 401 | 403 | null {
  if (keys === undefined) return null;
  const given = digest(presented.header ?? presented.code ?? '');
  const [isMaster, isFunction] = [keys.masterKey, keys.functionKey].map((key) =>
    timingSafeEqual(digest(key), given),
  );
  if (isMaster || (isFunction && needed === 'function')) return null;
  return isFunction ? 403 : 401;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
