import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { root } from '../../support/checkout.ts';

const version = '0.1.0+bbbbbbbbbbbb';
const before = '0.1.0+aaaaaaaaaaaa';
/** What health answers: its version, and by how many seconds its last tick began after (+) or before (-) this answer. */
interface Answer {
  readonly version: string;
  readonly tick: { readonly version: string; readonly began: number } | null;
  readonly reasons?: readonly string[];
}

/** Runs scripts/well.ts against a server that gives these answers, one after another, the last one for ever. */
async function wait(...answers: readonly (Answer | string)[]) {
  let asked = 0;
  const server = createServer((_request, response) => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    if (answer === 'refused') {
      response.writeHead(403, { 'x-ms-forbidden-ip': '198.51.100.7' }).end('<html>Ip Forbidden');
      return;
    }
    if (answer === undefined || typeof answer === 'string') {
      response.end(answer);
      return;
    }
    // The app's clock is an hour ahead of this machine's.
    const now = Date.now() + 3_600_000;
    response.setHeader('Date', new Date(now).toUTCString());
    const { tick, reasons = [] } = answer;
    const isWell = reasons.length === 0;
    response.writeHead(isWell ? 200 : 503).end(
      JSON.stringify({
        version: answer.version,
        status: isWell ? 'ok' : 'unhealthy',
        reasons,
        lastTick: tick && {
          version: tick.version,
          startedAt: new Date(now + tick.began * 1000).toISOString(),
        },
      }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  // The pauses are a third of it: time enough for several looks, on a machine that is busy too.
  const args = ['--version', version, '--minutes', answers.length > 1 ? '0.2' : '0.03'];
  const url = `http://127.0.0.1:${port}/api/health`;
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'scripts/well.ts'), ...args],
      { env: { HEALTH_URL: url } },
    );
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stdout, stderr } = Object(error);
    return { code, said: `${stdout}${stderr}` };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const old: Answer = { version: before, tick: { version: before, began: -3 } };
const soon: Answer = { version, tick: { version: before, began: 1 } };
const works: Answer = { version, tick: { version, began: 1 } };

describe('npm run well', () => {
  it('waits through the old version, and the new one with the old one’s tick, until the new one has ticked', async () => {
    const { code, said } = await wait('<html>', old, soon, works);
    expect(code).toBe(0);
    expect(said.split('\n')).toEqual([
      'health does not answer: what answers there with 200 is not the app.',
      `health is still that of version ${before}, not of ${version}.`,
      `Version ${version} answers, and has completed no tick since it was deployed.`,
      `It works: version ${version} runs, and has completed a tick.`,
      '',
    ]);
  });

  it('ends at once, and says what to do, where health refuses the address of this machine', async () => {
    const { code, said } = await wait('refused', works);
    expect(code).toBe(1);
    expect(said).toMatch(
      /this machine's address, 198\.51\.100\.7.*\n\nRun npm run well .*ALLOWED_ADDRESSES/,
    );
  });

  it.each([
    ['the old version stays', old, /deploy again; .*restart the app/],
    ['the old version’s tick stays', soon, /The timer does not run.*"No completed tick"/],
    [
      'the tick of the same version is from before the deployment, by the app’s clock',
      { version, tick: { version, began: -30 } },
      /has completed no tick since.*The timer does not run/s,
    ],
    ['no tick has ever completed', { version, tick: null }, /has completed no tick/],
    [
      'it ticks and is unhealthy',
      { ...works, reasons: ['The setting SLACK_WEBHOOK_URL is wrong.'] },
      /SLACK_WEBHOOK_URL is wrong.*"Health"/s,
    ],
    ['something else answers', '<html>', /log stream/],
  ] as const)('gives up, and says what to do: %s', async (_what, answer, step) => {
    const { code, said } = await wait(answer);
    expect(code).toBe(1);
    expect(said).toMatch(step);
  });
});
