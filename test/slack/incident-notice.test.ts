import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import type { Incident, IncidentKind, IncidentMessage } from '../../shared/incident.ts';
import { emptyMailbox } from '../../shared/mailbox.ts';
import { incidentNotice } from '../../shared/slack/incident-notice.ts';
import { asPlainText, layOut } from '../../shared/slack/notice.ts';
import { hugeText } from '../support/operation-arbitraries.ts';
import { minutes, reference, start } from '../support/operation-builders.ts';
import { shown, textsOf } from '../support/operation-messages.ts';

const forbidden: Incident = {
  kind: 'forbidden',
  subscriptionId: reference.subscriptionId,
  since: start,
  until: null,
  mailbox: emptyMailbox,
};
const unreadable: IncidentMessage = {
  id: 1,
  at: minutes(4),
  event: 'unreadable',
  code: 'AuthorizationFailed',
  message: 'The client does not have <authorization>.',
  operations: 12,
};

describe('the message about reading', () => {
  it('says that it is no failure of an operation, and what to do', () => {
    const notice = incidentNotice(forbidden, unreadable);
    expect(notice).toMatchObject({ tone: 'warning', mention: null });
    expect(shown(notice))
      .toBe(`Cannot read operations: subscription 11111111-2222-3333-4444-555555555555 (AuthorizationFailed)
*The identity may not read the operations* for 4 min. Give the app’s identity the Reader role on the cluster or its resource group.
Nothing is known to have failed: the state of 12 operations is unknown until reading works again.
*AuthorizationFailed*
\`\`\`
The client does not have &lt;authorization&gt;.
\`\`\`
Since: 2026-09-21 14:00 UTC
Operations affected: 12
AKS Operation Notifier  ·  subscription 11111111-2222-3333-4444-555555555555`);
  });

  it('says when reading works again', () => {
    const notice = incidentNotice(
      { ...forbidden, until: minutes(90) },
      { ...unreadable, event: 'readableAgain', at: minutes(90) },
    );
    expect(notice).toMatchObject({ tone: 'good', mention: null });
    expect(shown(notice))
      .toBe(`Readable again: subscription 11111111-2222-3333-4444-555555555555 (after 1 h 30 min)
*Operations can be read again.* What changed meanwhile is told as it is read.
Since: 2026-09-21 14:00 UTC
AKS Operation Notifier  ·  subscription 11111111-2222-3333-4444-555555555555`);
  });

  it.each<[IncidentKind, string, string]>([
    ['unauthenticated', 'Azure does not accept the sign-in', 'AZURE_CLIENT_ID'],
    ['forbidden', 'The identity may not read the operations', 'Reader role'],
    ['throttled', 'Azure throttles the reads', 'budget'],
    ['unavailable', 'Azure Resource Manager does not answer', 'by itself'],
    ['malformed', 'Azure answers with something that is no operation status', 'ARM_ENDPOINT'],
    ['unsupportedApiVersion', 'Azure does not support the api-version', 'AKS_API_VERSION'],
    ['rejected', 'Azure rejects the reads', 'answer below'],
  ])('of kind %s names the trouble and the remedy', (kind, title, remedy) => {
    const { summary } = incidentNotice({ ...forbidden, kind }, { ...unreadable, operations: 1 });
    expect(summary).toMatch(new RegExp(`^\\*${title}\\* for 4 min\\. .*${remedy}`));
    expect(summary).toContain('the state of 1 operation is unknown');
  });

  it('speaks of all subscriptions when it concerns all', () => {
    const notice = incidentNotice({ ...forbidden, subscriptionId: null }, unreadable);
    expect(notice.headline).toBe('Cannot read operations: all subscriptions (AuthorizationFailed)');
  });

  it('is one that Slack takes, without markup of others, whatever ARM says', () => {
    fc.assert(
      fc.property(hugeText, hugeText, (code, message) => {
        const notice = incidentNotice(forbidden, { ...unreadable, code: `C${code}`, message });
        for (const laidOut of [layOut(notice), asPlainText(notice)]) {
          expect(validateMessage(laidOut)).toEqual([]);
          for (const text of textsOf(laidOut)) {
            expect(text.replaceAll(/<!date\^\d+\^[^<>|]+\|[^<>|]+>/g, '')).not.toMatch(/[<>]/);
          }
        }
      }),
    );
  });
});
