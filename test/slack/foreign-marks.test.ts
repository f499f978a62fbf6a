import { describe, expect, it } from 'vitest';
import { parseMrkdwn, plainText } from '../../local/page/mrkdwn.ts';
import type { Incident, IncidentMessage } from '../../shared/domain/incident.ts';
import { incidentCauses } from '../../shared/domain/incident.ts';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import { unknownKind } from '../../shared/domain/operation-kind.ts';
import { parkedNotice } from '../../shared/slack/channel-notice.ts';
import { layOutDigest } from '../../shared/slack/digest-layout.ts';
import { gapNotice } from '../../shared/slack/missed-notice.ts';
import { incidentNotice } from '../../shared/slack/incident-notice.ts';
import { asPlainText, layOut } from '../../shared/slack/notice-layout.ts';
import type { Notice } from '../../shared/slack/notice.ts';
import { testNotice } from '../../shared/slack/test-notice.ts';
import { known, minutes, reference, saw, start } from '../support/operation-builders.ts';
import { foreignMarkup, noticeOf, textsOf } from '../support/operation-messages.ts';

/** As in names of resource groups, channels and settings, labels and what Azure says. */
const names = [
  '_prod_',
  '~old~',
  '_a',
  'aks_prod_weu',
  ':fire:',
  '> quoted',
  '&lt;x&gt; & <!here>',
  '#general',
  'https://x.example/_a_/~b~',
  '- item',
  '1. item',
  '＿prod＿',
];

const app = {
  clientId: null,
  managedIdentity: true,
  apiVersion: '2025-05-02-preview',
  site: null,
};

function incidentsAbout(name: string): Notice[] {
  const message: IncidentMessage = {
    id: 1,
    at: minutes(4),
    event: 'unreadable',
    since: start,
    code: name,
    message: `The client '${name}' with object id 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' is refused.`,
    operations: 2,
    hidesNew: true,
  };
  return incidentCauses.flatMap((cause) =>
    [null, name].flatMap((resourceName) => {
      const incident: Incident = {
        cause,
        scope: {
          subscriptionId: reference.subscriptionId,
          resourceGroupName: name,
          resourceName,
        },
        isOfList: false,
        since: start,
        until: null,
        outbox: emptyOutbox,
      };
      const facts = { ...app, clientId: name, apiVersion: name };
      return [
        incidentNotice(incident, message, facts),
        incidentNotice(incident, { ...message, event: 'readableAgain' }, facts),
      ];
    }),
  );
}

function operationsAbout(name: string): Notice[] {
  const error = {
    code: name,
    target: name,
    message: name,
    details: [{ code: name, target: name, message: `${name} and ${name}` }, { message: name }],
  };
  const part = { name, kind: unknownKind, status: name, percentComplete: null, code: name };
  const named = { ...reference, resourceGroupName: name, resourceName: name, operationId: name };
  return [name, `${name}: 1/3 nodes`, 'Failed'].map((status) =>
    noticeOf(
      known(`Before ${name}`),
      saw(minutes(2), status, { error, parts: [part] }),
      { label: name },
      named,
    ),
  );
}

const all = names.flatMap((name) =>
  [
    ...operationsAbout(name),
    ...incidentsAbout(name),
    gapNotice(
      { ...reference, resourceName: name, resourceGroupName: name },
      { id: 1, at: minutes(2), after: start },
      'https://portal.azure.com',
    ),
    ...[false, true].map((isStrange) =>
      parkedNotice(name, { id: 1, at: start, code: name, isStrange }),
    ),
    testNotice(name, start),
  ].map((notice) => ({ name, notice })),
);

const shapes: Readonly<Record<string, (notice: Notice) => string[]>> = {
  'laid out': (notice) => textsOf(layOut(notice)),
  'as plain text': (notice) => textsOf(asPlainText(notice)),
  'in a digest': (notice) =>
    [layOutDigest([[notice]]), layOutDigest([[notice, notice], [notice]])].flatMap(textsOf),
};

describe.each(Object.entries(shapes))('a name with marks in a message %s', (_, textsIn) => {
  it('formats nothing', () => {
    const formatted = all.flatMap(({ name, notice }) =>
      textsIn(notice)
        .filter((text) => foreignMarkup(text).length > 0)
        .map((text) => [name, text]),
    );
    expect(formatted).toEqual([]);
  });

  it('is shown as it is', () => {
    const changed = all.filter(({ name, notice }) => {
      const shown = textsIn(notice).map((text) => plainText(parseMrkdwn(text)));
      return !shown.join('\n').replaceAll('\u2060', '').includes(name);
    });
    expect(changed.map(({ name, notice }) => [name, notice.headline])).toEqual([]);
  });
});

it('a channel’s setting and the call that tries it are whole, and can be copied', () => {
  const notice = parkedNotice('_ops_', {
    id: 1,
    at: start,
    code: 'no_service',
    isStrange: false,
  });
  expect(plainText(parseMrkdwn(layOut(notice).text))).toContain(' set SLACK_WEBHOOK_URL__OPS_ to ');
  expect(plainText(parseMrkdwn(notice.context.join(' ')))).toContain('/api/channels/_ops_/retry ');
});
