import packageJson from '../../package.json' with { type: 'json' };
import { describedFunctions, type Answer, type DescribedFunction } from './functions.ts';
import { referenceTo, toJsonSchemas, type Json } from './json-schema.ts';
import { requestSchemas } from './requests.ts';
import { responseSchemas } from './responses.ts';

const tags = [
  { name: 'Operations', description: 'Operations that the app tracks until they end.' },
  {
    name: 'Watches',
    description: 'A watch finds and posts every operation in a scope.',
  },
  { name: 'Channels', description: 'The Slack channels that messages go to.' },
  { name: 'The app', description: 'Whether the app works, and this description.' },
];

const problemBody = { 'application/problem+json': { schema: { $ref: referenceTo('Problem') } } };
const retryAfter = {
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 0 } },
};

/** What any function may answer besides success. */
const problems: Readonly<Record<number, { readonly name: string; readonly response: Json }>> = {
  400: problem(
    'InvalidRequest',
    'The request is wrong: `errors` has the first 20 problems, `detail` says how many there are.',
  ),
  401: {
    name: 'Unauthorized',
    response: {
      description:
        'The function key is missing or wrong. The platform answers this, without problem details.',
    },
  },
  403: {
    name: 'Forbidden',
    response: {
      description:
        'Access restrictions of the function app refuse the address of the caller. The platform answers this, without problem details.',
    },
  },
  404: problem('NotFound', 'Nothing has this name or ID.'),
  409: problem(
    'Conflict',
    'Other requests keep changing the same row, the stored row cannot be read, or the channel is not in the settings; `detail` says what to do.',
  ),
  411: problem('LengthRequired', 'The body came in chunks, without a `Content-Length`.'),
  413: problem('TooLarge', 'The body has more than 16 KiB.'),
  415: problem('UnsupportedMediaType', 'The body is not `application/json`.'),
  500: problem('InternalError', 'The app failed; its log says more.'),
  503: problem(
    'Unavailable',
    'Storage is not available, or settings are missing or wrong. Nothing was done.',
    retryAfter,
  ),
};

function problem(name: string, description: string, headers?: Json) {
  return {
    name,
    response: { description, ...(headers === undefined ? {} : { headers }), content: problemBody },
  };
}

/** The description of the whole API, OpenAPI 3.1. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const described of describedFunctions)
    (paths[described.path] ??= {})[described.method] = operationOf(described);
  return {
    openapi: '3.1.1',
    info: {
      title: 'AKS Operation Notifier',
      version: packageJson.version,
      summary: packageJson.description,
      description:
        'An answer names all problems of a request at once (at most 20), as RFC 9457 problem details. Times are ISO 8601 in UTC. Later versions may add fields to answers.',
      contact: { name: 'Whoever runs this function app' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      { url: '/api', description: 'The app that serves this document.' },
      {
        url: 'https://{host}/api',
        description: 'Another function app.',
        variables: { host: { default: 'my-function-app.azurewebsites.net' } },
      },
    ],
    tags,
    security: [{ functionKey: [] }, { functionKeyInQuery: [] }],
    paths,
    components: {
      securitySchemes: {
        functionKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-functions-key',
          description: 'A function key or host key. If it is given, `code` is ignored.',
        },
        functionKeyInQuery: {
          type: 'apiKey',
          in: 'query',
          name: 'code',
          description: 'The same key in the URL, which logs may keep.',
        },
      },
      responses: Object.fromEntries(
        Object.values(problems).map(({ name, response }) => [name, response]),
      ),
      schemas: {
        ...requestSchemas(),
        ...toJsonSchemas(responseSchemas, ({ jsonSchema }) => {
          // What is refused in a request may be added to an answer.
          delete jsonSchema.additionalProperties;
        }),
      },
    },
  };
}

function operationOf({ operationId, tag, summary, ...described }: DescribedFunction): Json {
  const { description, parameters, body, answers, anonymous } = described;
  const statuses = anonymous ? [403] : [401, 403, ...(described.problems ?? []), 500, 503];
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    ...(anonymous ? { security: [] } : {}),
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: bodyOf(body) }),
    responses: {
      ...Object.fromEntries(
        statuses.map((status) => [
          status,
          { $ref: `#/components/responses/${problems[status]?.name}` },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, responseOf(answer)]),
      ),
    },
  };
}

function bodyOf({ isOptional, schemas, examples }: NonNullable<DescribedFunction['body']>): Json {
  const [first, ...others] = schemas.map((id) => ({ $ref: referenceTo(id) }));
  const schema = others.length === 0 ? first : { oneOf: [first, ...others] };
  return { required: isOptional !== true, content: { 'application/json': { schema, examples } } };
}

function responseOf({ description, body, location }: Answer): Json {
  return {
    description,
    ...(location
      ? {
          headers: {
            Location: { description: 'The path to get it again.', schema: { type: 'string' } },
          },
        }
      : {}),
    ...(body === undefined
      ? {}
      : { content: { 'application/json': { schema: { $ref: referenceTo(body) } } } }),
  };
}
