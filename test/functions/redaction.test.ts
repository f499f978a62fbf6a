import { HttpRequest, InvocationContext, type LogLevel, type Timer } from '@azure/functions';
import { beforeAll, expect, it, vi } from 'vitest';

const webhook = 'https://hooks.slack.com/services/T0AAA/B0BBB/verysecret';
const key = 'c2VjcmV0IGtleQ==';
const quoting = (): never => {
  throw new Error(`It broke at ${webhook} with ${key}.`);
};
const never: Timer = {
  schedule: { adjustForDST: false },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
  isPastDue: false,
};

beforeAll(() => {
  vi.stubEnv('SLACK_WEBHOOK_URL', webhook);
  vi.stubEnv(
    'AzureWebJobsStorage',
    `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${key};EndpointSuffix=core.windows.net`,
  );
});

/** An invocation whose log is kept. */
function invocation() {
  const log: string[] = [];
  const logHandler = (_level: LogLevel, ...parts: unknown[]): void =>
    void log.push(parts.join(' '));
  return { log, context: new InvocationContext({ functionName: 'any', logHandler }) };
}

it('an unexpected error of a function is logged without the secrets that it quotes', async () => {
  const { answeringAlways } = await import('../../functions/problem.ts');
  const { log, context } = invocation();
  const request = new HttpRequest({ method: 'GET', url: 'http://localhost/' });
  const answer = await answeringAlways(quoting)(request, context);
  expect(answer).toMatchObject({ status: 500 });
  expect(log.join()).toContain('It broke at ');
  expect(JSON.stringify([log, answer])).not.toMatch(/verysecret|c2VjcmV0/);
});

it('an unexpected error of a timer fails its run without the secrets that it quotes', async () => {
  const { onTimer } = await import('../../functions/timer.ts');
  const { context } = invocation();
  const run = Promise.resolve(onTimer(quoting)(never, context));
  await expect(run).rejects.toThrow(/^It broke at (?!.*(?:verysecret|c2VjcmV0))/);
});

it('what a timer logs holds no secret, whatever the fields are', async () => {
  const { onTimer } = await import('../../functions/timer.ts');
  const { log, context } = invocation();
  const handler = onTimer(async (_app, lines) => {
    lines.info('Here.', { url: webhook });
    lines.error('There.', { reason: `with ${key}` });
    await Promise.resolve();
  });
  await handler(never, context);
  expect(log).toHaveLength(2);
  expect(log.join()).not.toMatch(/verysecret|c2VjcmV0/);
});
