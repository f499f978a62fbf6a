import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listenLocally } from '../../local/arm/listen.ts';
import type { SlackAnswer } from '../../shared/domain/slack-answer.ts';
import { createPoster } from '../../shared/slack/webhook.ts';
import { hugeText } from '../support/operation-arbitraries.ts';
import { fc } from '../support/properties.ts';

const clock = (): Date => new Date('2026-09-21T14:00:00Z');
const message = { text: 'Failed: aks-prod-weu' };
const url = 'https://hooks.slack.example/services/T0/B0/geheim';
const codeForm = /^(?:[a-z_]{1,60}|http_\d{3})$/;

/** What is made of an answer that comes as a whole. */
async function answerTo(
  body: string | Uint8Array<ArrayBuffer> | null,
  status = 200,
  headers: Record<string, string> = {},
): Promise<SlackAnswer> {
  const isNull = [204, 205, 304].includes(status);
  const response = new Response(isNull ? null : body, { status, headers });
  return await createPoster(async () => response, clock)(url, message);
}

/** What is made of what a server does. */
async function answerOver(
  handle: (response: ServerResponse) => void,
  timeoutMs = 5000,
): Promise<{ answer: SlackAnswer; isCutOff: boolean }> {
  const closed = Promise.withResolvers<boolean>();
  const listening = await listenLocally((request, response) => {
    request.resume();
    response.on('close', () => closed.resolve(!response.writableFinished));
    handle(response);
  });
  await using server = { ...listening, [Symbol.asyncDispose]: listening.close };
  const post = createPoster(fetch, clock);
  const answer = await post(`${server.url}/services/T0/B0/geheim`, message, timeoutMs);
  return { answer, isCutOff: await closed.promise };
}

/** Sends for ever. */
function pour(response: ServerResponse, chunk: string): void {
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    response.once('drain', more);
  };
  more();
}

describe('an answer of Slack', () => {
  it('means something whatever it holds: delivered is 200 and ok, and nothing else', async () => {
    const body = fc.oneof(
      fc.constantFrom('ok', 'ok\n', 'OK', 'ok ok', '"ok"', '{"ok":true}', '<html>ok</html>', url),
      hugeText,
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
    );
    const header = fc.string({
      unit: fc.constantFrom('0', '1', '9', '-', ',', '.', ' ', 'e', 'E', ':', 'G'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.constantFrom(200, 201, 202, 204, 400, 404, 429, 500),
          fc.integer({ min: 200, max: 599 }),
        ),
        body,
        header,
        async (status, said, retryAfter) => {
          const answer = await answerTo(said, status, { 'retry-after': retryAfter.trim() });
          const isOk = status === 200 && typeof said === 'string' && said.trim() === 'ok';
          expect(answer.meaning === 'delivered').toBe(isOk);
          const code = answer.meaning === 'delivered' ? 'none' : answer.code;
          expect(code).toMatch(codeForm);
          expect(code).not.toBe('ok');
          const wait = answer.meaning === 'throttled' ? answer.retryAfterMs : 0;
          expect(wait >= 0 && wait <= 15 * 60_000).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['201 and ok', 201, 'ok', { meaning: 'strange', code: 'not_ok' }],
    ['202 and ok', 202, 'ok', { meaning: 'strange', code: 'not_ok' }],
    ['204', 204, '', { meaning: 'strange', code: 'empty_answer' }],
    ['404 and ok', 404, 'ok', { meaning: 'refused', code: 'http_404' }],
    ['403 with our webhook', 403, url, { meaning: 'refused', code: 'http_403' }],
    ['403 with a ping', 403, '<!channel>', { meaning: 'refused', code: 'http_403' }],
    ['403 with two lines', 403, 'no_service\nno_team', { meaning: 'refused', code: 'http_403' }],
    ['403 with a word without end', 403, 'a'.repeat(61), { meaning: 'refused', code: 'http_403' }],
    [
      'ok and 64 KiB of space',
      200,
      `ok${' '.repeat(65_536)}`,
      { meaning: 'strange', code: 'not_ok' },
    ],
    ['a status beyond all', 599, 'no', { meaning: 'ambiguous', code: 'no' }],
  ])('of %s', async (_name, status, body, wanted) => {
    expect(await answerTo(body, status)).toEqual(wanted);
  });

  it.each([200, 404])('(%i) without end is not read to its end', async (status) => {
    const { answer, isCutOff } = await answerOver((response) => {
      response.writeHead(status);
      pour(response, 'ok '.repeat(5000));
    });
    expect(answer).toEqual(
      status === 200
        ? { meaning: 'strange', code: 'not_ok' }
        : { meaning: 'refused', code: 'http_404' },
    );
    expect(isCutOff).toBe(true);
  });

  it('is taken up to 64 KiB, the rest is canceled, and its beginning proves nothing', async () => {
    let taken = 0;
    let isCanceled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(Buffer.from((taken === 0 ? 'ok' : '').padEnd(1024)));
        taken += 1024;
      },
      cancel() {
        isCanceled = true;
      },
    });
    const post = createPoster(async () => new Response(endless), clock);
    expect(await post(url, message)).toEqual({ meaning: 'strange', code: 'not_ok' });
    expect(taken).toBeLessThanOrEqual(67 * 1024);
    expect(isCanceled).toBe(true);
  });

  it('that comes byte by byte is given up in time', async () => {
    let timer: NodeJS.Timeout | undefined;
    const { answer, isCutOff } = await answerOver((response) => {
      response.writeHead(200);
      timer = setInterval(() => response.write('o'), 10);
    }, 100);
    clearInterval(timer);
    expect(answer).toEqual({ meaning: 'ambiguous', code: 'no_answer' });
    expect(isCutOff).toBe(true);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    [
      'a header of 10 MB',
      (to) => to.writeHead(429, { 'retry-after': '9'.repeat(10_000_000) }).end(),
    ],
    ['no HTTP', (to) => to.socket?.end('SSH-2.0-OpenSSH_9.6\r\n')],
    [
      'a length that is none',
      (to) => to.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nok'),
    ],
    [
      'less than it announced',
      (to) => to.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok'),
    ],
    [
      'two lengths',
      (to) => to.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\nok'),
    ],
    [
      'a redirect to itself',
      (to) => to.writeHead(308, { location: '/services/T0/B0/geheim' }).end(),
    ],
  ])('with %s proves nothing', async (_name, handle) => {
    expect((await answerOver(handle)).answer).toEqual({ meaning: 'ambiguous', code: 'no_answer' });
  });
});
