import * as z from 'zod';

/** A JSON value that is an object. */
export type Json = Readonly<Record<string, unknown>>;

/** What a schema that is converted looks like while it is. */
type Conversion = Parameters<NonNullable<z.core.ToJSONSchemaParams['override']>>[0];

/** Where a component of the document is. */
export function referenceTo(id: string): string {
  return `#/components/schemas/${id}`;
}

/** JSON Schemas (2020-12, as OpenAPI 3.1 has them) by name; where one holds another it refers to it. */
export function toJsonSchemas(
  schemas: Readonly<Record<string, z.core.$ZodType>>,
  refine: (conversion: Conversion) => void,
): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const converted = z.toJSONSchema(registry, {
    uri: referenceTo,
    // As what is sent, where a lenient object shows that it is one.
    io: 'input',
    override: (conversion) => {
      tidy(conversion.jsonSchema);
      refine(conversion);
    },
  });
  return Object.fromEntries(
    Object.entries(converted.schemas).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [
      id,
      schema,
    ]),
  );
}

/** Leaves out what says nothing to a reader: the limits of JavaScript's integers, the pattern of a `date-time`. */
function tidy(schema: Conversion['jsonSchema']): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format === 'date-time') delete schema.pattern;
}

/**
 * A pattern of ours as JSON Schema has it, without flags: validators use `u` or none. Where case does not matter, its
 * classes hold both cases; a class that only `u` understands (`\p{L}`) becomes one of the same ASCII characters and
 * all others, and where it is what may not stand there, nothing: the document refuses nothing that the app takes.
 * @throws Error for one that has a letter in lower case beside its classes and does not mind its case.
 */
export function patternOf({ source, flags }: RegExp): string {
  const classes = /\[[^\]]*\]/g;
  const portable = source
    .replaceAll(/\(\?!(?:\.\*)?\[[^\]]*\\[pu]\{[^\]]*\]\)/gi, '')
    .replaceAll(classes, (of) => (/\\[pu]\{/i.test(of) ? inAscii(of) : of));
  if (/\\[pu]\{/i.test(portable)) throw new Error(`What would /${source}/ mean without its flag?`);
  if (!flags.includes('i')) return portable;
  if (/[a-z]/i.test(source.replaceAll(classes, '')))
    throw new Error(`What letters would /${source}/i mean?`);
  return portable.replaceAll(classes, (of) =>
    of.replaceAll(/[a-z]-[a-z]/g, (range) => range + range.toUpperCase()),
  );
}

/** A class without the ASCII characters that this one is without. */
function inAscii(of: string): string {
  const takes = new RegExp(of, 'u');
  const refused = Array.from({ length: 128 }, (_, code) => code).filter(
    (code) => !takes.test(String.fromCodePoint(code)),
  );
  const ranges: [number, number][] = [];
  for (const code of refused) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  const written = ranges.map(([from, to]) =>
    from === to ? inClass(from) : `${inClass(from)}-${inClass(to)}`,
  );
  return `[^${written.join('')}]`;
}

function inClass(code: number): string {
  const character = String.fromCodePoint(code);
  if (!/[!-~]/.test(character)) return String.raw`\x${code.toString(16).padStart(2, '0')}`;
  return /[\\[\]^-]/.test(character) ? `\\${character}` : character;
}
