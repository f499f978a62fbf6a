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
 * A pattern of ours as JSON Schema has it, without flags: where case does not matter, its classes hold both cases.
 * @throws Error for one that has a letter in lower case beside its classes and does not mind its case.
 */
export function patternOf({ source, flags }: RegExp): string {
  if (!flags.includes('i')) return source;
  const classes = /\[[^\]]*\]/g;
  if (/[a-z]/i.test(source.replaceAll(classes, '')))
    throw new Error(`What letters would /${source}/i mean?`);
  return source.replaceAll(classes, (of) =>
    of.replaceAll(/[a-z]-[a-z]/g, (range) => range + range.toUpperCase()),
  );
}
