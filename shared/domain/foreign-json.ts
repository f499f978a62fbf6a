import * as z from 'zod/mini';

/**
 * What others send as JSON, read as tolerantly as Azure's services need it: some begin with a byte order mark, write
 * `null` for what is absent or empty, or names in another letter case, and all may add fields.
 */

/** Parses a foreign text as JSON, with or without a byte order mark; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** The fields of a foreign object that are asked for; none where it is no object. */
export type Fields<Name extends string> = Readonly<Partial<Record<Name, unknown>>>;

/**
 * Makes a reader of these fields, whatever the letter case of their names. Of a name that is there twice the one with
 * a value counts, and of two with a value the one that is written exactly so.
 */
export function fieldReader<const Name extends string>(
  ...names: readonly Name[]
): (value: unknown) => Fields<Name> {
  const known = new Map(names.map((name) => [name.toLowerCase(), name]));
  return (value) => {
    // One pass over the object's own keys: it may have a hundred thousand, and `__proto__` is one like any other.
    const found: Partial<Record<Name, unknown>> = {};
    if (!isObject(value)) return found;
    for (const key of Object.keys(value)) {
      const name = known.get(key.toLowerCase());
      if (name === undefined) continue;
      const given = value[key];
      const isBetter = given !== null && (key === name || (found[name] ?? null) === null);
      if (isBetter || !(name in found)) found[name] = given;
    }
    return found;
  };
}

/** The shape of a foreign object: its fields are read by {@link fieldReader}, others are passed over. */
export function foreignObject<Shape extends z.core.$ZodShape>(
  shape: Shape,
): z.ZodMiniType<z.infer<z.ZodMiniObject<Shape>>> {
  return z.pipe(z.transform(fieldReader(...Object.keys(shape))), z.object(shape));
}

/** Whether a value is an object, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
