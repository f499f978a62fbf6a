import * as z from 'zod';
import document from '../../../openapi.json' with { type: 'json' };
import { responseSchemas } from '../../../scripts/openapi/responses.ts';
import type { Answer } from '../../support/product.ts';

/** A part of the committed document as the tests read it. */
const schemaObject: z.ZodType<Schema> = z.looseObject({
  $ref: z.optional(z.string()),
  properties: z.optional(z.lazy(() => z.record(z.string(), schemaObject))),
  items: z.optional(z.lazy(() => schemaObject)),
  anyOf: z.optional(z.lazy(() => z.array(schemaObject))),
});
/** A JSON Schema, as far as the document uses it in answers. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
}
const response = z.object({
  $ref: z.optional(z.string()),
  description: z.optional(z.string().min(10)),
  headers: z.optional(z.record(z.string(), z.unknown())),
  content: z.optional(z.record(z.string(), z.object({ schema: schemaObject }))),
});
const parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query']),
  schema: z.looseObject({}),
  example: z.optional(z.union([z.string(), z.number()])),
});
const body = z.object({
  content: z.object({
    'application/json': z.object({
      schema: z.looseObject({}),
      examples: z.record(z.string(), z.object({ value: z.looseObject({}) })),
    }),
  }),
});
const operation = z.object({
  operationId: z.string(),
  security: z.optional(z.tuple([])),
  parameters: z.optional(z.array(parameter)),
  requestBody: z.optional(body),
  responses: z.record(z.string(), response),
});

/** The committed document. */
export const openapi = z
  .object({
    info: z.object({ version: z.string() }),
    paths: z.record(z.string(), z.record(z.string(), operation)),
    components: z.object({
      responses: z.record(z.string(), response),
      schemas: z.record(z.string(), schemaObject),
    }),
  })
  .parse(document);

/** A function as the document has it. */
export interface Described extends z.infer<typeof operation> {
  /** `POST` */
  readonly method: string;
  /** `/api/operations/{trackingId}` */
  readonly route: string;
}

/** All functions that the document describes. */
export const described: readonly Described[] = Object.entries(openapi.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({
      ...one,
      method: method.toUpperCase(),
      route: `/api${path}`,
    })),
);

/** The function of this name. */
export function describedAs(operationId: string): Described {
  const found = described.find((one) => one.operationId === operationId);
  if (found === undefined) throw new Error(`${operationId} is not described.`);
  return found;
}

/** The function that a request is for. */
export function describedFor(method: string, path: string): Described | null {
  const fits = ({ route }: Described): boolean =>
    new RegExp(`^${route.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  return described.find((one) => one.method === method && fits(one)) ?? null;
}

function nameIn(reference: string): string {
  return reference.split('/').at(-1) ?? '';
}

/** What an answer has that the document does not say, or the other way round; `null`: they agree. */
export function disagreement({ responses }: Described, answer: Answer): string | null {
  const status = responses[answer.status];
  const { headers = {}, content } =
    (status?.$ref === undefined ? status : openapi.components.responses[nameIn(status.$ref)]) ?? {};
  if (status === undefined) return `${answer.status} is not described: ${answer.text}`;
  const missing = Object.keys(headers).filter((name) => !answer.headers.has(name));
  if (missing.length > 0) return `without ${missing.join()}`;
  if (content === undefined) return answer.text === '' ? null : `a body: ${answer.text}`;
  const type = answer.headers.get('content-type') ?? '';
  const name = nameIn(content[type]?.schema.$ref ?? '');
  const strict = Object.entries(responseSchemas).find(([id]) => id === name)?.[1];
  if (strict === undefined) return `a body of ${type} that is not described`;
  const parsed = strict.safeParse(answer.json());
  return parsed.success ? null : z.prettifyError(parsed.error);
}

/** The schema of an answer's body; `null`: it has none. */
export function schemaOf({ responses }: Described, status: number): Schema | null {
  const { $ref } = responses[status] ?? {};
  const found = $ref === undefined ? responses[status] : openapi.components.responses[nameIn($ref)];
  return Object.values(found?.content ?? {})[0]?.schema ?? null;
}

/** The properties of all answers that the document describes: `Operation.trackingId`, `Health.lastTick.ageSeconds`. */
export function describedProperties(): Set<string> {
  const found = new Set<string>();
  for (const id of Object.keys(responseSchemas)) {
    const schema = openapi.components.schemas[id];
    if (schema !== undefined) collect(schema, id, found);
  }
  return found;
}

function collect(schema: Schema, path: string, found: Set<string>): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    found.add(`${path}.${name}`);
    collect(property, `${path}.${name}`, found);
  }
  for (const option of schema.anyOf ?? []) collect(option, path, found);
  if (schema.items !== undefined) collect(schema.items, path, found);
}

/** Adds the described properties that a body really has, with a value other than `null`. */
export function collectSeen(schema: Schema, value: unknown, path: string, seen: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (schema.$ref !== undefined) {
    const name = nameIn(schema.$ref);
    const target = openapi.components.schemas[name];
    if (target !== undefined) collectSeen(target, value, name, seen);
  }
  for (const option of schema.anyOf ?? []) collectSeen(option, value, path, seen);
  if (schema.items !== undefined && Array.isArray(value))
    for (const item of value) collectSeen(schema.items, item, path, seen);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const held = Object.entries(value).find(([key]) => key === name)?.[1];
    if (held === undefined || held === null) continue;
    seen.add(`${path}.${name}`);
    collectSeen(property, held, `${path}.${name}`, seen);
  }
}
