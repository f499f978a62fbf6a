import { subscriptionScope } from '../../shared/domain/scope.ts';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import {
  incidentCauses,
  type Incident,
  type IncidentCause,
  type IncidentMessage,
} from '../../shared/domain/incident.ts';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import { incidentNotice } from '../../shared/slack/incident-notice.ts';
import type { AppFacts } from '../../shared/slack/app-identity.ts';
import { asPlainText, layOut } from '../../shared/slack/notice-layout.ts';
import { hugeText } from '../support/operation-arbitraries.ts';
import { minutes, reference, start } from '../support/operation-builders.ts';
import { shown, textsOf } from '../support/operation-messages.ts';

const group = {
  subscriptionId: reference.subscriptionId,
  resourceGroupName: 'rg-prod',
  resourceName: null,
};
const whole = subscriptionScope(reference.subscriptionId);
const forbidden: Incident = {
  cause: 'forbidden',
  scope: group,
  isOfList: false,
  since: start,
  until: null,
  outbox: emptyOutbox,
};
const app: AppFacts = {
  clientId: null,
  managedIdentity: true,
  apiVersion: '2025-05-02-preview',
  site: { name: 'aks-notifier', resourceGroupName: 'rg-ops' },
};
const scope = `/subscriptions/${reference.subscriptionId}/resourceGroups/rg-prod`;
const clientId = '0f7c1e5a-2b34-4c5d-8e6f-a1b2c3d4e5f6';
const objectId = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const everywhere = { ...forbidden, scope: null };
const retired: Incident = { ...everywhere, cause: 'unsupportedApiVersion' };
const anyCause = fc.constantFrom(...incidentCauses);
/** As ARM words it. */
const refused = (client: string, object = objectId): string =>
  `The client '${client}' with object id '${object}' does not have authorization to perform action 'Microsoft.ContainerService/managedClusters/operations/read' over scope '${scope}/providers/Microsoft.ContainerService/managedClusters/aks-1' or the scope is invalid.`;
const unreadable: IncidentMessage = {
  id: 1,
  at: minutes(4),
  event: 'unreadable',
  since: start,
  code: 'AuthorizationFailed',
  message: 'The client does not have <authorization>.',
  operations: 12,
  hidesNew: false,
};

describe('the message about reading', () => {
  it('says who lacks which role where, and gives the line that grants it', () => {
    const notice = incidentNotice(forbidden, { ...unreadable, message: refused(clientId) }, app);
    expect(notice).toMatchObject({ tone: 'warning', mention: null });
    const [ours = '', theirs = ''] = shown(notice).split('*Azure*');
    expect(ours)
      .toBe(`Cannot read operations: resource group rg-prod: Azure gives the app’s identity no right to read this; 12 operations wait
Next: give it the role Reader. Azure can take ten minutes to apply it; a message says when reading works again.
Reading has failed for 4 min. Nothing is known to have failed.
*Why* It most likely lacks the role Reader there.
*Command* (if you have the right to give roles)
\`\`\`
az role assignment create --assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal --role Reader --scope "${scope}" --name c879c7e3-5929-5068-9f9b-4cd820a140e6
\`\`\`
`);
    expect(theirs).toMatch(
      /^ AuthorizationFailed: The client '.* … .* or the scope is invalid\.\n\[About missing roles\] · AKS Operation Notifier · since 2026-09-21 14:00 UTC · refused: client ID [\da-f-]{36}, object ID [\da-f-]{36} · Subscription 11111111-2222-3333-4444-555555555555$/,
    );
  });

  it('says when reading works again', () => {
    const notice = incidentNotice(
      { ...forbidden, until: minutes(90) },
      { ...unreadable, event: 'readableAgain', at: minutes(90) },
      app,
    );
    expect(notice).toMatchObject({ tone: 'good', mention: null });
    expect(shown(notice)).toBe(`Readable again: resource group rg-prod, after 1 h 30 min
Over: Azure gives the app’s identity no right to read this. What changed meanwhile is posted as it is read.
AKS Operation Notifier · since 2026-09-21 14:00 UTC · Subscription 11111111-2222-3333-4444-555555555555`);
  });

  it.each<[string, string, string | null, string, string]>([
    [
      'a managed identity that ARM names by its object ID twice',
      refused(objectId),
      null,
      `object ID ${objectId}`,
      `--assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal`,
    ],
    [
      'the same one, with its client ID set',
      refused(objectId),
      clientId,
      `client ID ${clientId}, object ID ${objectId}`,
      `--assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal`,
    ],
    [
      'a person',
      refused('ana@contoso.com'),
      null,
      `ana@contoso.com, object ID ${objectId}`,
      `--assignee-object-id ${objectId} --assignee-principal-type User`,
    ],
    [
      'one that only the settings name',
      'No.',
      clientId,
      `client ID ${clientId}`,
      `--assignee ${clientId}`,
    ],
    [
      'one that nobody names',
      'No.',
      null,
      'the app’s system-assigned identity, as AZURE_CLIENT_ID is not set',
      '--assignee "$CLIENT_ID"',
    ],
    [
      'one whose object ID is none',
      refused(clientId, '$(reboot)'),
      '$(reboot)',
      'client ID $(reboot)',
      '--assignee "$CLIENT_ID"',
    ],
    [
      'one whose object ID has only the length of one',
      refused(clientId, '-'.repeat(36)),
      null,
      'the app’s system-assigned identity, as AZURE_CLIENT_ID is not set',
      '--assignee "$CLIENT_ID"',
    ],
  ])('names %s', (_name, message, configured, identity, assignee) => {
    const { context, advice } = incidentNotice(
      forbidden,
      { ...unreadable, message },
      { ...app, clientId: configured },
    );
    expect(context).toContain(`refused: ${identity}`);
    expect(advice?.command).toBe(
      `az role assignment create ${assignee} --role Reader --scope "${scope}"${
        // Only of the app's own identity the next deployment assigns the role, too.
        assignee.endsWith('ServicePrincipal') ? ' --name c879c7e3-5929-5068-9f9b-4cd820a140e6' : ''
      }`,
    );
  });

  it.each<[string, Partial<Incident>, string, string]>([
    ['a subscription', { scope: whole }, 'Cannot read operations', ''],
    ['its list', { scope: whole, isOfList: true }, 'Cannot list clusters', ''],
    [
      'a resource group',
      { scope: { ...group, resourceGroupName: 'RG_(1)' } },
      'Cannot read operations',
      '/resourceGroups/RG_(1)',
    ],
  ])('for %s asks for the role on its scope', (_, about, lead, path) => {
    const incident = { ...forbidden, ...about };
    const { headline, advice } = incidentNotice(incident, unreadable, app);
    const wanted = `/subscriptions/${reference.subscriptionId}${path}`;
    expect(headline.startsWith(`${lead}: `)).toBe(true);
    expect(advice?.command).toContain(` --scope "${wanted}"`);
  });

  it.each<[number, boolean, string, string]>([
    [1, false, '; 1 operation waits', '.'],
    [0, true, '', ', but what begins on watched clusters is not seen.'],
    [2, true, '; 2 operations wait', ', but what begins on watched clusters is not seen.'],
    [0, false, '', '.'],
  ])(
    'with %i operations and watches %s says what is unknown',
    (operations, hidesNew, waiting, words) => {
      const notice = incidentNotice(forbidden, { ...unreadable, operations, hidesNew }, app);
      expect(notice.facts).toBe(
        `Reading has failed for 4 min. Nothing is known to have failed${words}`,
      );
      expect(notice.headline.endsWith(`this${waiting}`)).toBe(true);
    },
  );

  it('about what is watched says that it is not there, and that it is again', () => {
    const gone: Incident = {
      ...forbidden,
      cause: 'notFound',
      scope: { ...group, resourceName: 'aks-1' },
    };
    const missing = { ...unreadable, code: 'ResourceNotFound', message: 'No.', operations: 0 };
    expect(shown(incidentNotice(gone, missing, app))).toMatch(
      /^Cannot find what is watched: cluster aks-1\nNext: create the right watch, and delete the one that finds nothing\.\nReading has failed for 4 min\. What begins there is not seen until it is found\.\n\*Why\* It was misspelt, or is gone\.\n/,
    );
    const again = incidentNotice(gone, { ...missing, event: 'readableAgain' }, app);
    expect(shown(again)).toContain('Found again: cluster aks-1, after 4 min\n');
  });

  it.each<[Exclude<IncidentCause, 'forbidden' | 'unsupportedApiVersion'>, string, string]>([
    ['unauthenticated', 'Azure does not accept the sign-in', 'AZURE_CLIENT_ID'],
    ['subscription', 'Azure does not find the subscription', 'AZURE_CLOUD.*tenant'],
    ['throttled', 'Azure throttles the reads', 'request limit'],
    ['unavailable', 'Azure Resource Manager does not answer', 'by itself'],
    ['malformed', 'Azure answers with something that is no operation status', 'ARM_ENDPOINT'],
    ['rejected', 'Azure rejects the reads', 'what Azure answers, below'],
    ['notFound', 'one subscription', 'right watch'],
  ])('with the cause %s names the trouble and the remedy', (cause, title, remedy) => {
    const incident = { ...forbidden, cause, scope: whole };
    const { headline, advice } = incidentNotice(incident, unreadable, app);
    expect(headline).toContain(`: ${title}; 12 operations wait`);
    expect(`${advice?.step} ${advice?.cause}`).toMatch(new RegExp(remedy, 's'));
    expect(advice?.command).toBeNull();
  });

  it.each<[Partial<AppFacts>, string]>([
    [{ clientId }, `the identity with client ID ${clientId}, as AZURE_CLIENT_ID says`],
    [{}, 'the app’s system-assigned identity, as AZURE_CLIENT_ID is not set'],
    [{ managedIdentity: false }, 'the login of the machine that the app runs on (az login)'],
  ])('about a sign-in says with whose identity it was tried', (facts, words) => {
    const incident = { ...everywhere, cause: 'unauthenticated' as const };
    const { advice } = incidentNotice(incident, unreadable, { ...app, ...facts });
    expect(advice?.cause).toBe(`The app signs in with ${words}.`);
    expect(advice?.step).toBe('Check that the app’s identity exists and can sign in.');
  });

  it('about an api-version names the setting, what Azure offers, and the line that moves on', () => {
    const code = 'NoRegisteredProviderFound';
    const message =
      'ARM does not offer api-version 2025-05-02-preview. It offers: 2026-07-02-preview, 2026-03-02-preview.';
    expect(shown(incidentNotice(retired, { ...unreadable, code, message }, app)))
      .toBe(`Cannot read operations: all subscriptions: Azure does not offer the api-version; 12 operations wait
Next: pin AKS_API_VERSION to 2026-07-02-preview, the newest that Azure names; with azd, set it there too. The app restarts, and a message says when reading works again.
Reading has failed for 4 min. Nothing is known to have failed.
*Why* AKS_API_VERSION is 2025-05-02-preview: Azure retires previews about 19 to 27 months after their date, and new ones come to some clouds and regions late. A pinned version does not move by itself; with auto it does.
*Command*
\`\`\`
az functionapp config appsettings set --resource-group "rg-ops" --name "aks-notifier" --settings AKS_API_VERSION=2026-07-02-preview
\`\`\`
*Azure* NoRegisteredProviderFound: ${message}
[About preview versions] · AKS Operation Notifier · since 2026-09-21 14:00 UTC`);
  });

  it('about versions of which the app takes none by itself says that it goes on by itself', () => {
    const message = 'It offers: 2024-10-02-preview.';
    const facts = { ...app, apiVersion: 'auto' };
    const { advice } = incidentNotice(retired, { ...unreadable, message }, facts);
    expect(advice?.cause).toBe(
      'AKS_API_VERSION is auto, and Azure offers no version that the app takes by itself. As soon as it does, the app goes on by itself.',
    );
    expect(advice?.command).toContain('AKS_API_VERSION=2024-10-02-preview');
  });

  it('about an api-version that is too new goes back to one that is offered', () => {
    const message =
      'ARM does not offer api-version 2099-01-01-preview. It offers: 2026-07-02-preview.';
    const facts = { ...app, apiVersion: '2099-01-01-preview', site: null };
    const { advice } = incidentNotice(retired, { ...unreadable, message }, facts);
    expect(advice?.command).toBe(
      'az functionapp config appsettings set --resource-group "$RESOURCE_GROUP" --name "$APP" --settings AKS_API_VERSION=2026-07-02-preview',
    );
  });

  it('about an api-version with no other on offer says how to see them', () => {
    const { advice } = incidentNotice(retired, { ...unreadable, message: 'No.' }, app);
    expect(advice?.step).toContain('AKS_API_VERSION');
    expect(advice?.command).toMatch(/^az provider show --namespace Microsoft.ContainerService /);
  });

  it('is one that Slack takes, without markup of others, whatever ARM says', () => {
    fc.assert(
      fc.property(anyCause, hugeText, hugeText, (cause, code, said) => {
        const message = `${refused(said.slice(0, 100))} ${said}`;
        const told = { ...unreadable, code: `C${code}`, message };
        const notice = incidentNotice({ ...forbidden, cause }, told, { ...app, clientId: said });
        for (const laidOut of [layOut(notice), asPlainText(notice)]) {
          expect(validateMessage(laidOut)).toEqual([]);
          for (const text of textsOf(laidOut)) {
            expect(text.replaceAll(/<(?:!date\^\d+\^|https:)[^<>|]+\|[^<>|]+>/g, '')).not.toMatch(
              /[<>]/,
            );
          }
        }
      }),
    );
  });
});
