import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import { neverRead, type OperationState } from '../../shared/domain/tracked.ts';
import { asPlainText, layOut, type Notice } from '../../shared/slack/notice.ts';
import type { SlackMessage } from '../../shared/slack/payload.ts';
import { parseRegistration } from '../../shared/requests/registration.ts';
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
  /<!date\^\d+\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>|<https:\/\/portal\.azure\.com\/#resource[^<>|\s]+\|[A-Z][a-z ]+>|<!here>/g;

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
        const [headline = '', ...others] = textsOf(layOut(notice));
        expect(headline.length).toBeLessThan(300);
        expect(headline).not.toMatch(/[\n\r]/);
        expect(headline.includes('<!here>')).toBe(notice.mention !== null);
        expect(others.join('')).not.toContain('<!here>');
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
  id: 'Operation 2',
  headline: 'Failed: aks',
  mention: '<!here>',
  tone: 'bad',
  summary: '*InProgress → Failed* after 18 min',
  problems: [{ code: 'Quota', target: 'pool', message: 'Limit 100.\nUsed 98.' }],
  fields: [['Cluster', 'aks']],
  links: [
    { url: 'https://portal.azure.com', label: 'Open' },
    { url: 'https://portal.azure.com', label: 'Log' },
  ],
  context: ['Subscription 1', 'Operation 2'],
};

function mrkdwn(words: string): object {
  return { type: 'mrkdwn', text: words, verbatim: true };
}

describe('the layout', () => {
  it('is a headline, and a coloured bar with summary, error, fields, links and context', () => {
    expect(layOut(plain)).toEqual({
      text: 'Failed: aks <!here>',
      attachments: [
        {
          color: '#d13438',
          fallback: 'Failed: aks <!here>',
          blocks: [
            { type: 'section', text: mrkdwn('*InProgress → Failed* after 18 min') },
            { type: 'section', text: mrkdwn('*Quota* at pool\n```\nLimit 100.\nUsed 98.\n```') },
            { type: 'section', fields: [mrkdwn('*Cluster*\naks')] },
            {
              type: 'section',
              text: mrkdwn('<https://portal.azure.com|Open>  ·  <https://portal.azure.com|Log>'),
            },
            { type: 'context', elements: [mrkdwn('Subscription 1  ·  Operation 2')] },
          ],
        },
      ],
    });
  });

  it('tells the same as plain text, without a ping', () => {
    expect(asPlainText(plain).text).toBe(
      'Failed: aks\nInProgress → Failed after 18 min\nQuota at pool: Limit 100. Used 98.\nCluster: aks\nSubscription 1 · Operation 2',
    );
  });

  it('tells the first error in full, five more shortly, and counts the rest', () => {
    const problem = { code: 'C', target: null, message: 'm '.repeat(900) };
    const texts = textsOf(layOut({ ...plain, problems: Array.from({ length: 9 }, () => problem) }));
    expect(texts[2]?.length).toBeGreaterThan(850);
    expect(texts[3]?.match(/^• \*C\*: m/gm)).toHaveLength(5);
    expect(texts[3]).toMatch(/\n… and 3 more$/);
  });

  it('lists where sub-operations stand below the errors', () => {
    const texts = textsOf(
      layOut({ ...plain, parts: ['• agent pool np1: Failed', '… and 3 more'] }),
    );
    expect(texts[3]).toBe('*Sub-operations*\n• agent pool np1: Failed\n… and 3 more');
    const text = 'Sub-operations\n• agent pool np1: Failed\n… and 3 more\nCluster: aks';
    expect(
      asPlainText({ ...plain, parts: ['• agent pool np1: Failed', '… and 3 more'] }).text,
    ).toContain(text);
  });

  it('stays within Slack’s limits when every part is as long as it can be', () => {
    const long = '&'.repeat(200_000);
    const problem = { code: long, target: long, message: long };
    const worst = {
      ...plain,
      problems: Array.from({ length: 40 }, () => problem),
      fields: Array.from({ length: 7 }, (): [string, string] => ['Name', 'x'.repeat(200)]),
      summary: 'x'.repeat(1200),
      context: ['x'.repeat(300)],
      parts: Array.from({ length: 9 }, () => 'x'.repeat(340)),
    };
    expect(validateMessage(layOut(worst))).toEqual([]);
    expect(validateMessage(asPlainText(worst))).toEqual([]);
  });
});
