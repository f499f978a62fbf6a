import { patterns } from '../../shared/domain/azure-names.ts';
import type * as z from 'zod';
import { doctorRequest } from '../../shared/requests/doctor-request.ts';
import { defaultTop, maxTop, states } from '../../shared/requests/list-request.ts';
import { forms } from '../../shared/requests/register-request.ts';
import { watchRequest } from '../../shared/requests/watch-request.ts';
import { patternOf, toJsonSchemas, type Json } from './json-schema.ts';

const [byParts, byId, byUrl] = forms;

/** What each field is for; and, as JSON Schema, what a function checks without its schema. */
const fields: Readonly<Partial<Record<string, Json>>> = {
  agentPoolName: { description: 'The agent pool that the operation was started on.' },
  operationId: {
    description:
      'What `az aks operation show-latest` (of the extension aks-preview) prints as `name`.',
  },
  id: { description: 'The operation’s ARM ID.' },
  operationUrl: {
    description:
      'The Azure-AsyncOperation header, whose host must be Azure Resource Manager’s. The app keeps only the subscription and the operation’s ID.',
  },
  clusterId: { description: 'The cluster’s ARM ID.' },
  label: { description: 'Shown in the messages.', minLength: 1, maxLength: 120, pattern: '\\S' },
  channel: {
    description: 'The channel that the messages go to; `default` if it was never given.',
    pattern: '^[A-Za-z0-9_]{1,60}$',
  },
  mention: {
    description:
      'Whom to ping when an operation fails, is canceled by AKS itself, stalls or is lost; not where nothing is to be done.',
  },
  events: {
    description: 'Which events are posted: an empty list posts none; all if it was never given.',
  },
  slack: { description: 'Whether each Slack channel gets a test message.' },
};

/** The schemas of the bodies, from those that check them. */
export function requestSchemas(): Record<string, Json> {
  return toJsonSchemas(
    {
      RegistrationByParts: byParts.schema,
      RegistrationById: byId.schema,
      RegistrationByUrl: byUrl.schema,
      WatchOrder: watchRequest,
      DoctorOrder: doctorRequest,
    },
    ({ zodSchema, jsonSchema, path }) => {
      const { _zod: schema } = zodSchema;
      if (zodSchema === watchRequest) Object.assign(jsonSchema, { oneOf: exactlyOneScope });
      const isField = path.length === 2 && path[0] === 'properties';
      if (!isField || schema.def.type === 'optional') return;
      const { description = '', ...known } = fields[String(path[1])] ?? {};
      const { pattern, messages } = rulesOf(schema);
      Object.assign(jsonSchema, known, pattern === null ? {} : { pattern: patternOf(pattern) }, {
        description: [description, ...messages].filter((part) => part !== '').join(' '),
      });
    },
  );
}

const exactlyOneScope = ['clusterId', 'resourceGroupId', 'subscriptionId'].map((field) => ({
  required: [field],
}));

/** What a field must be: its pattern, and the messages of all its rules. */
function rulesOf(schema: z.core.$ZodTypeInternals): { pattern: RegExp | null; messages: string[] } {
  const { def } = schema;
  const checks = (def.checks ?? []).map(({ _zod: check }) => check.def);
  const [pattern = null] = checks.flatMap((check) =>
    'pattern' in check && check.pattern instanceof RegExp ? [check.pattern] : [],
  );
  const withMessages = checks.filter(({ error }) => error !== undefined);
  const messages = (withMessages.length === 0 ? [def] : withMessages).flatMap(({ error }) => {
    // Ours are the same whatever was given: texts that zod wraps in functions.
    const message: unknown = error === undefined ? null : Reflect.apply(error, null, []);
    return typeof message === 'string' ? [sentence(message)] : [];
  });
  return { pattern, messages: [...new Set(messages)] };
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

const named = (
  name: 'subscriptionId' | 'resourceGroupName' | 'resourceName',
  what: string,
): Json => ({
  name,
  in: 'query',
  description: what,
  schema: { type: 'string', pattern: patternOf(patterns[name]) },
});

/** The parameters of a list. */
export const listParameters: readonly Json[] = [
  {
    name: 'state',
    in: 'query',
    description: 'Which operations to list.',
    schema: { type: 'string', enum: states.options, default: 'active' },
  },
  named('subscriptionId', 'Lists only operations in this subscription.'),
  named('resourceGroupName', 'Lists only operations in resource groups with this name.'),
  named('resourceName', 'Lists only operations of clusters with this name.'),
  {
    name: 'top',
    in: 'query',
    description: 'The largest number of operations on a page.',
    schema: { type: 'integer', minimum: 1, maximum: maxTop, default: defaultTop },
  },
  {
    name: 'continuationToken',
    in: 'query',
    description: 'The `continuationToken` of the previous page.',
    schema: { type: 'string' },
  },
];
