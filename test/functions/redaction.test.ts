import { HttpRequest, InvocationContext, type LogLevel, type Timer } from '@azure/functions';
import { beforeAll, expect, it, vi } from 'vitest';
import { secretForms } from '../support/secret-forms.ts';

const webhook = 'https://hooks.slack.com/services/T0AAA/B0BBB/verysecret';
const key = 'c2VjcmV0IGtleQ==';
const secrets = {
  SLACK_WEBHOOK_URL: webhook,
  SLACK_WEBHOOK_URL_PAYMENTS: 'https://relay.example/hooks?to=verysecret',
  HEARTBEAT_URL: 'https://monitor.example/ping/verysecret',
  AzureWebJobsStorage: key,
  OPERATIONS_STORAGE: 'sv=2024-11-04&sig=verysecret%2B',
  AZURE_CLIENT_SECRET: 'verysecret~1',
  IDENTITY_HEADER: 'VERYsecret-2',
};
const quoted = Object.values(secrets).flatMap((secret) =>
  secretForms.map(([, write]) => write(secret)),
);
const nothing = /(?:very|VERY)secret|c2VjcmV0/;
const quoting = (): never => {
  throw new Error(`It broke at ${quoted.join(' and ')}.`);
};
const never: Timer = {
  schedule: { adjustForDST: false },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
  isPastDue: false,
};

beforeAll(() => {
  const account = 'DefaultEndpointsProtocol=https;AccountName=acct;EndpointSuffix=core.windows.net';
  for (const [name, text] of Object.entries({
    ...secrets,
    AzureWebJobsStorage: `${account};AccountKey=${key}`,
    OPERATIONS_STORAGE: `TableEndpoint=https://acct.table.core.windows.net;SharedAccessSignature=${secrets.OPERATIONS_STORAGE}`,
  }))
    vi.stubEnv(name, text);
});

/** An invocation whose log is kept. */
function invocation() {
  const log: string[] = [];
  const logHandler = (_level: LogLevel, ...parts: unknown[]): void =>
    void log.push(parts.join(' '));
  return { log, context: new InvocationContext({ functionName: 'any', logHandler }) };
}

it('an unexpected error of a function is logged without the secrets that it quotes', async () => {
  const { answeringAlways } = await import('../../functions/http-handler.ts');
  const { log, context } = invocation();
  const request = new HttpRequest({ method: 'GET', url: 'http://localhost/' });
  const answer = await answeringAlways(quoting)(request, context);
  expect(answer).toMatchObject({ status: 500 });
  expect(log.join()).toContain('It broke at ');
  expect(JSON.stringify([log, answer])).not.toMatch(nothing);
});

it.each<[string, () => Promise<Error>]>([
  [
    'a problem',
    async () =>
      (await import('../../functions/problem.ts')).invalidRequest([
        { pointer: '/label', message: `must not be ${quoted.join(' or ')}.` },
      ]),
  ],
  [
    'a store',
    async () => new (await import('../../shared/store/table.ts')).StoreUnavailable(quoted.join()),
  ],
  [
    'a conflict',
    async () => new (await import('../../shared/store/table.ts')).Conflict(quoted.join()),
  ],
])(
  'an answer to %s that quotes secrets holds none, and neither does the log',
  async (_, create) => {
    const { answeringAlways } = await import('../../functions/http-handler.ts');
    const { log, context } = invocation();
    const error = await create();
    const request = new HttpRequest({ method: 'GET', url: 'http://localhost/' });
    const answer = await answeringAlways(async () => await Promise.reject(error))(request, context);
    expect(JSON.stringify(answer)).toContain('***');
    expect(JSON.stringify([log, answer])).not.toMatch(nothing);
  },
);

it('an unexpected error of a timer fails its run without the secrets that it quotes', async () => {
  const { onTimer } = await import('../../functions/timer-handler.ts');
  const { context } = invocation();
  const run = Promise.resolve(onTimer(quoting)(never, context));
  await expect(run).rejects.toThrow(
    /^It broke at (?:\*\*\*|Bearer)(?!.*(?:(?:very|VERY)secret|c2VjcmV0))/,
  );
});

it('what a timer logs holds no secret, whatever the fields are', async () => {
  const { onTimer } = await import('../../functions/timer-handler.ts');
  const { log, context } = invocation();
  const handler = onTimer(async (_app, lines) => {
    lines.info('Here.', { quoted });
    lines.error('There.', { reason: quoted.join(' with '), within: JSON.stringify({ quoted }) });
    await Promise.resolve();
  });
  await handler(never, context);
  expect(log).toHaveLength(2);
  expect(log.join()).not.toMatch(nothing);
});
