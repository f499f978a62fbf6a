import { describe, expect, it } from 'vitest';
import type { SlackFault } from '../../local/slack/faults.ts';
import { listChannels, retryChannel } from '../../shared/requests/channels.ts';
import { startApp, type Tracked } from '../support/app.ts';

const ended = { status: 'Succeeded' };
const done = ({ name }: Tracked): string => `Succeeded: ${name}`;

describe('a channel that a person must see to', () => {
  it.each([
    [403, 'action_prohibited'],
    [404, 'no_service'],
    [410, 'channel_is_archived'],
  ])('(%i %s) is parked, alone, and tried again after an hour', async (status, code) => {
    await using app = await startApp();
    const waiting = await Promise.all([1, 2].map(() => app.track({ answer: ended })));
    const other = await app.track({ answer: ended, channel: 'payments' });
    app.slack.faults.set({ kind: 'status', status, body: code, channel: 'default' });
    await app.tickFor(1);
    expect(app.told).toEqual([done(other)]);
    expect(await app.root.health()).toMatchObject({ status: 'unhealthy', parkedChannels: 1 });
    const attempts = app.slack.attempts.length;
    app.slack.faults.clear();
    await app.tickFor(11, 300);
    expect(app.slack.attempts).toHaveLength(attempts);
    await app.tickFor(2, 300);
    expect(app.told.slice(1).toSorted()).toEqual(waiting.map(done).toSorted());
    expect(await app.root.health()).toMatchObject({ status: 'ok', parkedChannels: 0 });
  });

  it('is reported in the default channel: once, and what to do', async () => {
    await using app = await startApp();
    const [first, second] = await Promise.all(
      [1, 2].map(() => app.track({ answer: ended, channel: 'payments' })),
    );
    app.slack.faults.set({ kind: 'status', status: 404, body: 'no_service', channel: 'payments' });
    await app.tickFor(40, 300);
    expect(app.slack.messages).toHaveLength(1);
    expect(app.slack.messages[0]).toMatchObject({
      channel: 'default',
      payload: {
        text: 'Takes no messages: channel payments (no_service); its messages wait\nNext: make a new webhook in Slack and set SLACK_WEBHOOK_URL_PAYMENTS to its URL.',
      },
    });
    const shown = JSON.stringify(app.slack.messages[0]);
    expect(shown).toContain('set SLACK_WEBHOOK_URL_PAYMENTS to its URL');
    expect(shown).not.toContain(app.slack.webhookUrl('payments'));
    app.slack.faults.clear();
    await app.tickFor(14, 300);
    expect(app.told.slice(1).toSorted()).toEqual(
      [first, second].flatMap((one) => (one ? [done(one)] : [])).toSorted(),
    );
  });

  it('is reported although the process died before that', async () => {
    await using app = await startApp();
    await app.track({ answer: ended, channel: 'payments' });
    app.slack.faults.set({ kind: 'status', status: 404, body: 'no_service' });
    await app.tickFor(1);
    app.slack.faults.clear();
    app.clock.pass(30);
    await app.another().tick();
    expect(app.told).toEqual(['Takes no messages: channel payments (no_service)']);
  });

  it.each<[string, SlackFault, string]>([
    ['an empty body', { kind: 'status', status: 200, body: '' }, 'empty_answer'],
    ['a page', { kind: 'twoHundredNotOk' }, 'not_ok'],
    ['JSON that says ok', { kind: 'status', status: 200, body: '{"ok":true}' }, 'not_ok'],
  ])('answers 200 with %s: three posts, then it is parked and reported', async (_, fault, code) => {
    await using app = await startApp();
    const operation = await app.track({ answer: ended, channel: 'payments' });
    app.slack.faults.set({ ...fault, channel: 'payments' });
    await app.tickFor(40, 300);
    expect(app.slack.attempts.filter(({ channel }) => channel === 'payments')).toHaveLength(3);
    expect(app.told).toEqual([`Answers strangely: channel payments (${code})`]);
    expect((await operation.stored()).outbox.owed).toHaveLength(1);
    expect(await listChannels(app.root.app().channels)).toMatchObject([
      { name: 'default' },
      { name: 'payments', state: 'parked', undelivered: 1, lastAnswer: { code } },
    ]);
    expect(await app.root.health()).toMatchObject({ status: 'unhealthy', parkedChannels: 1 });
    app.slack.faults.clear();
    await retryChannel('payments', app.root.app().channels);
    await app.tickFor(1);
    expect(app.told.slice(1)).toEqual([done(operation)]);
    expect(await app.root.health()).toMatchObject({ status: 'ok', parkedChannels: 0 });
  });

  it('is the default one and answers strangely: health and the list say so, and nothing is lost', async () => {
    await using app = await startApp();
    const operation = await app.track({ answer: ended });
    app.slack.faults.set({ kind: 'twoHundredNotOk' });
    await app.tickFor(30, 300);
    expect(app.slack.attempts).toHaveLength(3);
    expect(await app.root.health()).toMatchObject({ status: 'unhealthy', parkedChannels: 1 });
    expect(await listChannels(app.root.app().channels)).toMatchObject([
      { name: 'default', state: 'parked', undelivered: 1, lastAnswer: { code: 'not_ok' } },
      {},
    ]);
    app.slack.faults.clear();
    const fresh = await app.track({ answer: ended });
    await app.tickFor(13, 300);
    expect(app.told.toSorted()).toEqual([done(operation), done(fresh)].toSorted());
  });

  it('is reported once while instances have different URLs, one of them dead', async () => {
    await using app = await startApp();
    const changed = app.another({ SLACK_WEBHOOK_URL_PAYMENTS: app.slack.webhookUrl('new') });
    app.slack.faults.set({ kind: 'status', status: 404, channel: 'payments' });
    for (let round = 0; round < 12; round += 1) {
      await app.track({ answer: ended, channel: 'payments' });
      await app.tickFor(1);
      app.clock.pass(1);
      await changed.tick();
    }
    expect(app.told.filter((text) => text.startsWith('Takes no messages'))).toEqual([
      'Takes no messages: channel payments (no_service)',
    ]);
    expect(app.slack.attempts.filter(({ channel }) => channel === 'payments')).toHaveLength(1);
    expect(app.slack.messages.filter(({ channel }) => channel === 'new')).toHaveLength(12);
  });

  it('works again at once with another URL', async () => {
    await using app = await startApp();
    const operation = await app.track({ answer: ended });
    app.slack.faults.set({ kind: 'status', status: 410, channel: 'default' });
    await app.tickFor(1);
    const changed = app.another({ SLACK_WEBHOOK_URL: app.slack.webhookUrl('new') });
    app.clock.pass(30);
    await changed.tick();
    expect(app.slack.messages).toMatchObject([{ channel: 'new' }]);
    expect(app.told).toEqual([done(operation)]);
    expect(await changed.root.health()).toMatchObject({ status: 'ok', parkedChannels: 0 });
  });

  it('keeps its messages while the settings do not have it', async () => {
    await using app = await startApp();
    const operation = await app.track({ answer: ended, channel: 'payments' });
    const without = app.another({ SLACK_WEBHOOK_URL_PAYMENTS: '' });
    app.clock.pass(30);
    expect(await without.tick()).toMatchObject({ delivered: 0, undelivered: 1, unroutable: 1 });
    expect(await without.root.health()).toMatchObject({ status: 'unhealthy', parkedChannels: 1 });
    for (let more = 0; more < 3; more += 1) {
      app.clock.pass(30);
      await without.tick();
    }
    const notice = 'Takes no messages: channel payments (not_configured)';
    expect(app.told).toEqual([notice]);
    await app.tickFor(1);
    expect(app.told).toEqual([notice, done(operation)]);
    expect(await app.root.health()).toMatchObject({ status: 'ok', parkedChannels: 0 });
  });
});

describe('a message whose form Slack refuses', () => {
  it('comes once as plain text, and the log keeps the original', async () => {
    await using app = await startApp();
    const operation = await app.track({ answer: ended });
    app.slack.faults.set({ kind: 'status', status: 400, body: 'invalid_blocks', times: 1 });
    await app.tickFor(3);
    expect(app.told).toEqual([done(operation)]);
    expect(app.slack.messages[0]?.payload).not.toHaveProperty('attachments');
    expect(app.log).toEqual([
      expect.stringContaining('invalid_blocks'),
      expect.stringContaining('"message":"ended"'),
    ]);
    expect(app.log[0]).toContain(`"text":"${done(operation)}"`);
  });

  it('in both forms rests for an hour, while others pass', async () => {
    await using app = await startApp();
    const first = await app.track({ answer: ended });
    app.slack.faults.set({ kind: 'status', status: 400, times: 2 });
    await app.tickFor(1);
    const second = await app.track({ answer: ended });
    await app.tickFor(11, 300);
    expect(app.told).toEqual([done(second)]);
    expect(app.slack.attempts).toHaveLength(3);
    expect(await app.root.health()).toMatchObject({
      status: 'unhealthy',
      parkedChannels: 0,
      undelivered: { messages: 1 },
    });
    await app.tickFor(2, 300);
    expect(app.told).toEqual([done(second), done(first)]);
  });
});
