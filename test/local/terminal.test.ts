import { describe, expect, it } from 'vitest';
import { curlExample } from '../../local/introduction.ts';
import { describeLogMessage } from '../../local/log-message.ts';
import { narrate } from '../../local/narrate.ts';
import { findChanges } from '../../local/operation-changes.ts';
import type { ReceivedMessage } from '../../local/page/routes.ts';
import { createTerminal } from '../../local/terminal.ts';
import { operation } from '../browser/page-fixture.ts';
import { failed } from '../browser/sample-messages.ts';

const since = new Date('2026-09-21T14:00:00Z');
const registeredAt = '2026-09-21T14:00:01Z';

function testTerminal(options: { isTTY?: boolean; env?: Record<string, string> } = {}) {
  const lines: string[] = [];
  const terminal = createTerminal({
    output: { isTTY: options.isTTY ?? false, write: (text) => lines.push(text) },
    env: options.env ?? {},
    now: () => new Date(2026, 8, 21, 14, 5, 6),
  });
  return { terminal, lines };
}

describe('what the terminal shows of operations', () => {
  it('shows what was registered since the start, and nothing of older ones', () => {
    const old = operation({ resourceName: 'aks-old', registeredAt: '2026-09-20T00:00:00Z' });
    const fresh = operation({ agentPoolName: 'userpool', label: 'scale', registeredAt });
    expect(findChanges([], [old, fresh], since)).toEqual([
      { kind: 'registered', tone: 'plain', text: 'aks-prod-weu/userpool, scale' },
    ]);
  });

  it('shows a new phase, and no counter', () => {
    const before = operation({ status: 'InProgress', percentComplete: 0 });
    const counted = operation({
      status: 'UpgradingNodes: 1/20 nodes completed',
      percentComplete: 5,
    });
    const further = operation({
      status: 'UpgradingNodes: 2/20 nodes completed',
      percentComplete: 10,
    });
    expect(findChanges([before], [counted], since)).toEqual([
      {
        kind: 'changed',
        tone: 'plain',
        text: 'aks-prod-weu: UpgradingNodes: 1/20 nodes completed (5 %)',
      },
    ]);
    expect(findChanges([counted], [further], since)).toEqual([]);
  });

  it('shows an ending once, with its error', () => {
    const failedOne = operation({
      state: 'finished',
      outcome: 'failed',
      status: 'Failed',
      error: { code: 'PodDrainFailure' },
    });
    expect(findChanges([operation()], [failedOne], since)).toEqual([
      { kind: 'ended', tone: 'bad', text: 'aks-prod-weu: Failed (PodDrainFailure)' },
    ]);
    expect(findChanges([failedOne], [failedOne], since)).toEqual([]);
  });

  it('shows when reading fails and when it works again', () => {
    const unreadable = operation({ reading: { ok: false, code: 'AuthorizationFailed' } });
    expect(findChanges([operation()], [unreadable], since)).toEqual([
      { kind: 'unreadable', tone: 'warning', text: 'aks-prod-weu: AuthorizationFailed' },
    ]);
    expect(findChanges([unreadable], [operation()], since)).toEqual([
      { kind: 'readable', tone: 'good', text: 'aks-prod-weu' },
    ]);
  });
});

describe('a log message', () => {
  it.each([
    ['Just words.', 'Just words.'],
    ['No.\n    at x', 'No.'],
    ['{"message":"tick","due":2,"oldestDueAt":null,"at":"now"}', 'tick  due=2  at=now'],
    ['{"other":1}', '{"other":1}'],
    ['{ broken', '{ broken'],
  ])('%j is told as %j', (message, words) => {
    expect(describeLogMessage(message)).toBe(words);
  });
});

describe('the terminal', () => {
  it('shows the headline and the channel of each message, as people see them', async () => {
    const { terminal, lines } = testTerminal();
    const slack = Promise.withResolvers<(message: ReceivedMessage) => void>();
    narrate(terminal, {
      since,
      channels: [{ name: 'default', title: 'aks-operations' }],
      watch: { subscribe: () => () => {} },
      slack: {
        onMessage: (listener) => {
          slack.resolve(listener);
          return () => {};
        },
      },
    });
    const post = await slack.promise;
    post({ channel: 'default', sequence: 1, receivedAt: registeredAt, payload: failed });
    expect(lines).toEqual([
      '14:05:06  slack         #aks-operations  Failed: aks-prod-weu, weekly upgrade (PodDrainFailure) @here\n',
    ]);
  });

  it('lets no foreign text change colours, move the cursor or begin a line', () => {
    const { terminal, lines } = testTerminal();
    terminal.posted('a', 'red \u001B[31mtext\u001B[2J\r\nforged\u2028line\u0007');
    expect(lines).toEqual(['14:05:06  slack         #a  red text forged line\n']);
  });

  it.each([
    ['on a terminal', { isTTY: true }, true],
    ['on a terminal with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['into a file', { isTTY: false }, false],
  ])('colours %s: %j', (_name, options, colours) => {
    const { terminal, lines } = testTerminal(options);
    terminal.failed('broken');
    terminal.changes([{ kind: 'ended', tone: 'good', text: 'done' }]);
    expect(lines.some((line) => line.includes('\u001B['))).toBe(colours);
    expect(lines.join('')).toContain('broken');
  });

  it('shows one line of a log entry, without its stack', () => {
    const { terminal, lines } = testTerminal();
    const time = new Date(2026, 8, 21, 1, 2, 3).toISOString();
    terminal.logged({
      time,
      level: 'error',
      functionName: 'pollOperations',
      message: 'No.\n    at x',
    });
    expect(lines).toEqual(['01:02:03  pollOperations  No.\n']);
  });

  it('gives an example that can be copied, and never prints a key', () => {
    const running = {
      functionsUrl: 'http://127.0.0.1:7071',
      pageUrl: '',
      dataFolder: '',
      exampleId: '/subscriptions/s/operations/o',
      hasKey: true,
    };
    expect(curlExample(running)).toBe(
      `printf 'x-functions-key: %s\\n' "$FUNCTION_KEY" | curl -X POST http://127.0.0.1:7071/api/operations -H @- -H 'content-type: application/json' -d '{"id":"/subscriptions/s/operations/o","label":"registered by hand"}'`,
    );
    expect(curlExample({ ...running, hasKey: false })).not.toContain('x-functions-key');
  });
});
