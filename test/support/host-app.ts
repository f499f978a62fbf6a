/** An app for the tests of the local host, registered with the real library. */
import { setTimeout as delay } from 'node:timers/promises';
import { app, output, trigger } from '@azure/functions';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';

app.hook.appStart(() => console.log('plain: the app starts'));
app.hook.appTerminate(() => console.log('plain: the app ends'));

/** Tells the caller what the handler received. */
async function describe(request: HttpRequest): Promise<HttpResponseInit> {
  const body = Buffer.from(await request.arrayBuffer());
  return {
    jsonBody: {
      method: request.method,
      url: request.url,
      query: Object.fromEntries(request.query),
      params: request.params,
      headers: Object.fromEntries(request.headers),
      body: body.toString('base64'),
    },
  };
}

app.http('echo', {
  route: 'echo/{id?}',
  methods: ['GET', 'POST', 'HEAD'],
  authLevel: 'anonymous',
  handler: describe,
});
app.get('parameter', { route: 'things/{id}', handler: describe });
app.get('literal', { route: 'things/special', handler: () => ({ body: 'literal' }) });
app.deleteRequest('remove', { route: 'things/{id}', handler: () => ({ status: 204 }) });
app.get('rest', { route: 'files/{*rest}', handler: describe });
app.get('byName', () => ({ body: 'by name' }));
app.get('locked', { authLevel: 'function', handler: () => ({ body: 'open' }) });
app.get('master', { authLevel: 'admin', handler: () => ({ body: 'open' }) });
app.generic('nothing', {
  trigger: trigger.http({ methods: ['GET'], authLevel: 'anonymous' }),
  return: output.http({}),
  handler: () => {},
});
app.get('boom', () => {
  throw new Error('a secret reason');
});
app.get('rich', () => ({
  status: 418,
  headers: { 'X-Answer': 'yes', 'Content-Type': 'application/octet-stream' },
  body: Uint8Array.of(0, 255, 10, 13),
  cookies: [
    { name: 'a', value: 'b c', httpOnly: true, sameSite: 'Lax', maxAge: 60 },
    { name: 'd', value: 'e', path: '/x', secure: true, expires: new Date(0 + 86_400_000) },
  ],
}));
app.get('unsendable', () => ({ cookies: [{ name: 'a\n', value: '' }] }));
app.get('slow', async (request, context) => {
  context.log('slow starts');
  await delay(Number(request.query.get('ms')));
  return { body: 'slow ends' };
});
app.get('adrift', () => {
  void Promise.reject(new Error('nobody caught this'));
  return { body: '' };
});
app.get('late', (_request, context) => {
  setImmediate(() => setImmediate(() => context.log('too late')));
  return { body: '' };
});

app.timer('monthly', {
  schedule: '0 0 0 1 * *',
  handler: (timer, context) => context.log(`timer ${JSON.stringify(timer)}`),
});
app.timer('bySetting', {
  schedule: '%BY_SETTING%',
  handler: (timer, context) => context.log(`timer ${JSON.stringify(timer)}`),
});
app.timer('failing', {
  schedule: '0 0 0 1 1 *',
  handler: () => {
    throw new Error('the timer broke');
  },
});
app.timer('lasting', {
  schedule: '0 0 0 1 1 *',
  handler: async (_timer, context) => {
    context.log('begin');
    await delay(150);
    context.log('end');
  },
});
if (process.env['RUN_ON_STARTUP']) {
  app.timer('startup', {
    schedule: '0 0 0 1 1 *',
    runOnStartup: true,
    handler: (timer, context) => context.log(`timer ${JSON.stringify(timer)}`),
  });
}
app.storageQueue('queue', { queueName: 'q', connection: 'x', handler: () => {} });
