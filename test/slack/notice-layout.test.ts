import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import { neverRead, type OperationState } from '../../shared/domain/tracked.ts';
import { asPlainText, layOut } from '../../shared/slack/notice-layout.ts';
import type { Notice } from '../../shared/slack/notice.ts';
import type { SlackMessage } from '../../shared/slack/payload.ts';
import { parseRegistration } from '../../shared/requests/register-request.ts';
import {
  anyReference,
  foreignError,
  hostileText,
  hugeText,
} from '../support/operation-arbitraries.ts';
import { failed, known, minutes, reference, trouble } from '../support/operation-builders.ts';
import { foreignMarkup, newsOf, textsOf } from '../support/operation-messages.ts';

/** What is ours in a message: dates, links to the portal, and the mention that was registered. */
const ours =
  /<!date\^\d+\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>|<https:\/\/(?:portal\.azure\.com\/#resource|learn\.microsoft\.com\/)[^<>|\s]+\|[A-Z][a-z ]+>|<!here>/g;

// What people write themselves is shown as it is, with what may look like a secret.
const labels = hostileText
  .map((label) => label.replaceAll('geheim', 'x'))
  .filter(
    (label) =>
      !('problems' in parseRegistration({ ...reference, agentPoolName: 'a', label }, new Set())),
  );
const options = fc.record({
  label: fc.option(labels),
  mention: fc.constantFrom(null, 'here'),
});
const stored: fc.Arbitrary<OperationState> = fc.constantFrom(
  neverRead,
  known('InProgress', { percentComplete: 40 }),
  known('InProgress', { percentComplete: 40, stalled: true, error: { code: 'Old' } }),
  known('InProgress', { trouble: trouble('notFound', 2) }),
  known('InProgress', {
    usual: { lowMs: 1e9, medianMs: 2e9, highMs: 3e9, runs: 50, of: 'everywhere' },
  }),
);
const part = fc.record({
  name: hostileText,
  resourceId: hostileText.map((name) => `/managedClusters/aks/agentPools/${name}`),
  subOperationType: fc.constantFrom('Upgrading', 'Scaling'),
  status: fc.oneof(fc.constantFrom('Failed', 'Succeeded', 'UpgradingNodes: 1/3'), hugeText),
  error: foreignError,
});
const bodies = fc.record(
  {
    operationType: fc.oneof(fc.constantFrom('PutManagedCluster', 'PatchAgentPool'), hostileText),
    subOperationType: hostileText,
    resourceId: hostileText,
    operations: fc.array(part, { maxLength: 12 }),
    status: fc.oneof(fc.constantFrom('Failed', 'Succeeded', 'Canceled', 'InProgress'), hugeText),
    error: foreignError,
    percentComplete: fc.integer({ min: 0, max: 100 }),
    startTime: fc.constant('2026-09-21T13:00:00.1234567Z'),
    endTime: fc.constant('2026-09-21T14:20:00Z'),
  },
  { requiredKeys: ['status'] },
);

/** Notices as the product makes them of what a hostile service and hostile callers send. */
const notices: fc.Arbitrary<Notice> = fc
  .tuple(
    stored,
    fc.option(bodies, { freq: 8 }),
    options,
    anyReference,
    fc.constantFrom(2, 45, 11_000),
  )
  .map(([state, body, given, named, at]) => {
    const seen = body === null ? null : parseOperationStatus(body, minutes(at));
    return seen === null
      ? newsOf(state, failed(minutes(at), 'notFound', 'ResourceNotFound'), given, named)
      : newsOf(
          state,
          { at: minutes(at), notBefore: null, result: { ok: true, seen } },
          given,
          named,
        );
  })
  .filter((notice) => notice !== null);

/** Enough to find what breaks a message; a failure is not shrunk for longer than people wait. */
const runs = { numRuns: 100, interruptAfterTimeLimit: 10_000 };

function expectHarmless(text: string): void {
  const foreign = text.replaceAll(ours, '');
  expect(foreign).not.toMatch(/[<>]/);
  expect(foreign).not.toMatch(/&(?!(?:amp|lt|gt);)/);
  expect(foreign).not.toMatch(/@(?:here|channel|everyone)/i);
  expect(foreign).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
  expect(foreign).not.toContain('geheim');
  // Backticks are those of whole code, and of fences.
  expect(foreign).toMatch(/^(?:[^`]|`[^`\n]+`|```\n[^`]*\n```(?!`))*$/);
  expect(foreignMarkup(text)).toEqual([]);
}

function objectsOf({ attachments = [] }: SlackMessage): unknown[] {
  return attachments.flatMap(({ blocks }) =>
    blocks.flatMap((block) => {
      if (block.type === 'context') return block.elements;
      return 'fields' in block ? block.fields : [block.text];
    }),
  );
}

describe('a message about anything', () => {
  it('is one that Slack takes, laid out and as plain text', () => {
    fc.assert(
      fc.property(notices, (notice) => {
        expect(validateMessage(layOut(notice))).toEqual([]);
        expect(validateMessage(asPlainText(notice))).toEqual([]);
      }),
      runs,
    );
  });

  it('holds no markup, ping, closing fence, control character or secret of others', () => {
    fc.assert(
      fc.property(notices, (notice) => {
        for (const shown of [...textsOf(layOut(notice)), asPlainText(notice).text])
          expectHarmless(shown);
        expect.hasAssertions();
      }),
      runs,
    );
  });

  it('has one short headline for phones, and pings nowhere else', () => {
    fc.assert(
      fc.property(notices, (notice) => {
        const [text = '', ...others] = textsOf(layOut(notice));
        const [headline = '', ...steps] = text.split('\n');
        expect(headline.length).toBeLessThan(300);
        expect(steps.length).toBe(notice.asksForAction && notice.advice !== undefined ? 1 : 0);
        expect(steps.join('').length).toBeLessThan(250);
        expect(headline.includes('<!here>')).toBe(notice.mention !== null);
        expect([...steps, ...others].join('')).not.toContain('<!here>');
        expect(asPlainText(notice).text).not.toContain('<!here>');
      }),
      runs,
    );
  });

  it('is verbatim in every text object', () => {
    fc.assert(
      fc.property(notices, (notice) => {
        for (const object of objectsOf(layOut(notice))) {
          expect(object).toMatchObject({ type: 'mrkdwn', verbatim: true });
        }
      }),
      runs,
    );
  });
});

const plain: Notice = {
  lead: 'Failed',
  name: 'aks',
  brief: 'quota used up',
  headline: 'Failed: aks: quota used up',
  mention: '<!here>',
  tone: 'bad',
  asksForAction: true,
  facts: 'After 18 min',
  advice: {
    cause: 'The quota is used up.',
    step: 'Ask for more.',
    command: "az vm list-usage --query '[*]'",
    note: 'after az login',
    page: { url: 'https://learn.microsoft.com/quota', label: 'About this error' },
  },
  said: { code: 'Quota', target: 'pool', message: 'Limit 100.\nUsed 98.' },
  parts: 'np1: failed',
  links: [
    { url: 'https://portal.azure.com', label: 'Portal' },
    { url: 'https://portal.azure.com/log', label: 'Activity log' },
  ],
  context: ['rg'],
  ids: ['Subscription 1', 'Operation 2'],
};

function mrkdwn(words: string): object {
  return { type: 'mrkdwn', text: words, verbatim: true };
}

describe('the layout', () => {
  it('is headline and next step, and beside a bar facts, why, command, Azure’s words, parts, small print', () => {
    expect(layOut(plain)).toEqual({
      text: 'Failed: aks: quota used up <!here>\nNext: ask for more.',
      attachments: [
        {
          color: '#d13438',
          fallback: 'Failed: aks: quota used up <!here>',
          blocks: [
            {
              type: 'section',
              text: mrkdwn(
                "After 18 min\n*Why* The quota is used up.\n*Command* (after az login)\n```\naz vm list-usage --query '[*]'\n```",
              ),
            },
            { type: 'context', elements: [mrkdwn('*Azure* Quota at pool: Limit 100. Used 98.')] },
            { type: 'context', elements: [mrkdwn('*Parts* np1: failed')] },
            {
              type: 'context',
              elements: [
                mrkdwn(
                  '<https://portal.azure.com|Portal> · <https://portal.azure.com/log|Activity log> · <https://learn.microsoft.com/quota|About this error> · rg · Subscription 1 · Operation 2',
                ),
              ],
            },
          ],
        },
      ],
    });
  });

  it('says the same in the same order as plain text, without a ping, the command as it is', () => {
    expect(asPlainText(plain).text).toBe(
      "Failed: aks: quota used up\nNext: ask for more.\nAfter 18 min\nWhy The quota is used up.\nCommand (after az login)\n```\naz vm list-usage --query '[*]'\n```\nAzure Quota at pool: Limit 100. Used 98.\nParts np1: failed\nAbout this error: https://learn.microsoft.com/quota\nrg · Subscription 1 · Operation 2",
    );
  });

  it('says the next step in the push only to whom it wakes for it, and below to others', () => {
    const [text, body] = textsOf(layOut({ ...plain, asksForAction: false }));
    expect(text).toBe('Failed: aks: quota used up <!here>');
    expect(body).toContain('\n*Next* Ask for more.\n*Command*');
  });

  it('is a line and the small print when there is nothing else to say', () => {
    const { advice: _advice, parts: _parts, ...bare } = plain;
    const success: Notice = { ...bare, facts: null, said: null, asksForAction: false };
    expect(textsOf(layOut(success))).toHaveLength(2);
  });

  it('stays within Slack’s limits when every part is as long as it can be', () => {
    const long = '&'.repeat(200_000);
    const worst: Notice = {
      ...plain,
      headline: 'h'.repeat(5000),
      facts: 'x'.repeat(5000),
      advice: { cause: long, step: long, command: 'a'.repeat(900), note: null, page: null },
      said: { code: long, target: long, message: long },
      parts: 'x'.repeat(5000),
      context: ['x'.repeat(300)],
    };
    expect(validateMessage(layOut(worst))).toEqual([]);
    expect(validateMessage(asPlainText(worst))).toEqual([]);
  });
});
