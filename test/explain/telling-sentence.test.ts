import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import {
  endedSomehow,
  explain,
  tellingSentence,
  type Explanation,
} from '../../shared/explain/explain.ts';
import { layOutDigest, planDigests } from '../../shared/slack/digest-layout.ts';
import { asPlainText, layOut } from '../../shared/slack/notice-layout.ts';
import type { Notice } from '../../shared/slack/notice.ts';
import {
  errorFor,
  keyOf,
  tableEntries,
  wordingsOf,
  type TableEntry,
} from '../support/explanation-table.ts';
import { startApp, type Tracked } from '../support/app.ts';
import { keptError } from '../support/explained.ts';
import { known, minutes, reference, saw, type RawError } from '../support/operation-builders.ts';
import { noticeOf, textsOf } from '../support/operation-messages.ts';

/** The names of a cluster at their longest, and such that a shell needs them quoted. */
const longNames = {
  ...reference,
  resourceGroupName: '('.repeat(90),
  resourceName: 'a'.repeat(63),
  agentPoolName: 'a'.repeat(12),
};

/** An error that fills a message, around each meaning in the table. */
const errors = tableEntries.map((entry): [string, RawError, TableEntry] => {
  const { code = '', message = '' } = errorFor(entry);
  const filler = { code: 'Zz', target: '&'.repeat(400), message: '<'.repeat(2000) };
  const details = Array.from({ length: 8 }, () => filler);
  return [keyOf(entry), { code, message: `${message} ${'&'.repeat(2000)}`, details }, entry];
});

function failureOf(error: RawError): Notice {
  const stored = known('InProgress', { percentComplete: 40, startTime: minutes(-5) });
  const label = 'l'.repeat(120);
  return noticeOf(
    stored,
    saw(minutes(1), 'Failed', { error }),
    { label, mention: 'here' },
    longNames,
  );
}

describe('a message with an explanation', () => {
  it.each(errors)(
    'is one that Slack takes, and its command is whole: %s',
    (_, error, { cause }) => {
      const notice = failureOf(error);
      const command = notice.advice?.command ?? '';
      const causes = wordingsOf(cause).map((text) =>
        text.replace('{words}', '').replace('{pool}', 'a'.repeat(12)),
      );
      expect(causes).toContain(notice.advice?.cause);
      for (const message of [layOut(notice), asPlainText(notice), layOutDigest([[notice]])]) {
        expect(validateMessage(message)).toEqual([]);
        expect(message.attachments?.[0]?.blocks.length ?? 0).toBeLessThan(10);
        expect(JSON.stringify(message).length).toBeLessThan(10_000);
        const escaped = command.replaceAll('&', '&amp;');
        expect(textsOf(message).some((text) => text.includes(escaped))).toBe(true);
      }
    },
  );

  it('of many failures is posted in as many digests as Slack’s limits need', () => {
    const planned = planDigests(errors.map(([, error]) => [failureOf(error)]));
    expect(planned.flat()).toHaveLength(errors.length);
    for (const entries of planned) expect(validateMessage(layOutDigest(entries))).toEqual([]);
  });

  it('says the same as plain text', () => {
    const { text } = asPlainText(failureOf({ code: 'UnsatisfiablePDB' }));
    const told = explain(keptError({ code: 'UnsatisfiablePDB' }), longNames, endedSomehow);
    expect(text).toContain('\nNext: ');
    expect(text.toLowerCase()).toContain(`\nnext: ${told?.step.toLowerCase()}\n`);
    for (const part of [told?.cause, told?.command, told?.link]) expect(text).toContain(part);
  });
});

const wrapped = {
  code: 'UpgradeFailed',
  message: 'Upgrade failed.',
  details: [{ code: 'BrandNew', details: [{ code: 'SubnetIsFull', message: 'No addresses.' }] }],
};

const failed = { status: 'Failed', error: wrapped };

/** What the only known code in there is explained by, for this cluster. */
function explained({ subscriptionId, name }: Tracked): Explanation | null {
  const resourceGroupName = name.replace('aks-', 'rg-');
  const cluster = { subscriptionId, resourceGroupName, resourceName: name };
  return explain(keptError(wrapped), cluster, endedSomehow);
}

/** Whether a posted message says it; a digest leaves out the page. */
function tells(payload: unknown, { cause, command, link }: Explanation, isWhole: boolean): boolean {
  const said = JSON.stringify(payload);
  const parts = [cause, command, ...(isWhole ? [`<${link}|About this error>`] : [])];
  return parts.every((part) => said.includes(JSON.stringify(part).slice(1, -1)));
}

describe('the whole app', () => {
  it('says why an operation failed and what to do', async () => {
    await using app = await startApp();
    const explanation = explained(await app.track({ answer: failed }));
    await app.tickFor(1);
    expect(explanation).not.toBeNull();
    expect(app.slack.messages).toHaveLength(1);
    const [message] = app.slack.messages;
    expect(explanation !== null && tells(message?.payload, explanation, true)).toBe(true);
  });

  it('says it in a digest too, for each operation', async () => {
    await using app = await startApp();
    app.slack.faults.set({ kind: 'down' });
    const tracked = await Promise.all(
      Array.from({ length: 7 }, async () => await app.track({ answer: failed })),
    );
    await app.tickFor(1);
    app.slack.faults.clear();
    await app.tickFor(2, 120);
    const digests = app.slack.messages.map(({ payload }) => payload);
    expect(digests.length).toBeLessThan(tracked.length);
    for (const explanation of tracked.map(explained)) {
      expect(explanation !== null && tells(digests, explanation, false)).toBe(true);
    }
  });
});

describe('of a long sentence', () => {
  const quoted = String.raw`Drain node aks-userpool-31284417-vmss000004 failed when evicting pod checkout-7d9f6c5b8-x2k4q. Response: "{\"kind\":\"Status\",\"details\":{\"causes\":[{\"message\":\"The disruption budget checkout-pdb needs 3 healthy pods and has 3 currently\"}]},\"code\":429}" Subscription: 11111111-1111-1111-1111-111111111111`;
  const said = (max: number) =>
    tellingSentence({ code: null, message: quoted, target: null, details: [] }, max) ?? '';

  it('the end is what a quoted answer says, not its brackets and IDs', () => {
    expect(said(130)).toMatch(/needs 3 healthy pods and has 3 currently$/);
  });

  it('start and end are whole words', () => {
    expect(said(130)).toBe(
      'Drain node aks-userpool-31284417-vmss000004 failed when … budget checkout-pdb needs 3 healthy pods and has 3 currently',
    );
  });
});
