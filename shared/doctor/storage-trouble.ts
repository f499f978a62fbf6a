import {
  guidOr,
  ofSite,
  roleCommand,
  setFrom,
  settingFix,
  signInFix,
  type Site,
} from '../domain/az-commands.ts';
import type { StorageSettings } from '../settings/storage.ts';
import type { Finding } from './check.ts';
import { removeSetting } from './settings.ts';

/** How the store is opened. */
export interface StorageAccess {
  readonly storage: StorageSettings;
  /** The setting that says so, or that its parts begin with. */
  readonly setting: string;
  readonly managedIdentity: boolean;
  readonly site: Site;
}

/** Names of the errors of `@azure/identity`. */
const signInErrors = /^(?:CredentialUnavailable|AggregateAuthentication|Authentication\w*)Error$/;
const busy = /^(?:ServerBusy|InternalError|OperationTimedOut|TookTooLong|HTTP 5\d\d)$/;
const nameUnknown = /^(?:ENOTFOUND|EAI_AGAIN)$/;
/** Codes of the network and of TLS, and of the library for them. */
const unreachable = /^(?:(?!PARSE_)[A-Z]+_[A-Z_]+|E[A-Z]+|AbortError)$/;

/**
 * What the store's reason means, and what fixes it.
 *
 * @param reason a code of the service (learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes), of
 * the network, or the name of an error
 */
export function whyRefused(reason: string, access: StorageAccess): Finding {
  const { storage, setting, managedIdentity, site } = access;
  const identity = storage.signIn === 'identity' ? storage : null;
  const account = accountOf(storage);
  const failed = (why: string, fix?: string): Finding => ({
    ok: false,
    message: `${why} (${reason})`,
    ...(fix === undefined ? {} : { fix }),
  });
  const show = (query: string): string =>
    `az storage account show --name "${account}" --query "${query}" --output tsv`;
  const rules = show('[publicNetworkAccess,networkRuleSet.defaultAction,allowSharedKeyAccess]');
  const connection = `az storage account show-connection-string --name "${account}" --query connectionString --output tsv`;
  /** Without a Function App a person puts what the command prints into the file. */
  const failedKey = (why: string): Finding =>
    site === null
      ? failed(`${why} What this prints goes into local.settings.json as ${setting}.`, connection)
      : failed(why, setFrom(site, setting, connection));

  if (signInErrors.test(reason))
    return failed(
      `No identity could sign in to the storage account; tried was ${triedBy(access)}.`,
      signInFix(site, identity?.clientId ?? null, managedIdentity),
    );
  if (isLocal(storage) && site === null && unreachable.test(reason))
    return failed(
      `No local store answers where ${setting} says. With this it is started by itself.`,
      settingFix(site, setting, 'UseDevelopmentStorage=true'),
    );
  if (nameUnknown.test(reason))
    return failed(
      `The network does not know the host that ${setting} names: the storage account is misspelt or gone, or its name is not resolved here. This lists all there are.`,
      'az storage account list --query "[].[name,primaryEndpoints.table]" --output tsv',
    );
  if (unreachable.test(reason))
    return failed(
      `The storage account cannot be reached: ${setting} names another place than where it is, or the network does not let the app there.`,
      show('primaryEndpoints.table'),
    );
  if (busy.test(reason)) return failed('The storage account is busy or down; check again soon.');
  switch (reason) {
    case 'AuthorizationPermissionMismatch':
      return identity === null
        ? failedKey(
            `The shared access signature in ${setting} does not allow this: rows are read, added, updated and removed, and tables created.`,
          )
        : failed(
            'The identity lacks the role Storage Table Data Contributor on the storage account; Azure can take ten minutes to apply it. If the app was deployed from infra/, run azd provision instead: a role that is given by hand makes the next deployment fail with RoleAssignmentExists.',
            roleCommand(
              assigneeOf(identity.clientId, access),
              '"Storage Table Data Contributor"',
              `$(${show('id')})`,
            ),
          );
    case 'AuthorizationProtocolMismatch':
    case 'AuthorizationResourceTypeMismatch':
    case 'AuthorizationServiceMismatch':
    case 'AuthorizationSourceIPMismatch':
      return failedKey(`The shared access signature in ${setting} does not allow this from here.`);
    case 'AuthenticationFailed':
    case 'InvalidAuthenticationInfo':
    case 'NoAuthenticationInformation':
      return identity === null
        ? failedKey(
            `The key or signature in ${setting} is not the storage account’s, or not any more.`,
          )
        : failed(
            `The storage account does not take the identity’s token: it may belong to another tenant, or ${setting} name another account.`,
            show('primaryEndpoints.table'),
          );
    case 'KeyBasedAuthenticationNotPermitted':
      return failed(
        `The storage account takes no keys: the identity is to open it, which needs the role Storage Table Data Contributor there. This takes the place of ${setting}.`,
        [
          settingFix(site, `${setting}__accountName`, account),
          ...(site === null ? [] : [removeSetting(setting, site)]),
        ].join(' && '),
      );
    case 'AccountIsDisabled':
      return failed(
        'The storage account is disabled; this shows its state.',
        show('statusOfPrimary'),
      );
    case 'AuthorizationFailure':
    case 'HTTP 403':
      return failed(
        identity === null
          ? `The storage account refuses to serve: its network rules do not let the app in, or the key in ${setting} is wrong. This shows which rules it has, and whether it takes keys.`
          : 'The storage account refuses to serve. Its network rules may not let the app in; this shows them.',
        rules,
      );
    default:
      return failed(
        `What answers is no table service that would serve the app: ${setting} must name the storage account’s table endpoint, as this prints it.`,
        show('primaryEndpoints.table'),
      );
  }
}

/** The identity that the account is opened with, in words. */
function triedBy({ storage, managedIdentity }: StorageAccess): string {
  if (!managedIdentity) return 'the login of this machine (az login)';
  const clientId = storage.signIn === 'identity' ? storage.clientId : null;
  return clientId === null
    ? 'the app’s system-assigned identity'
    : `the identity with client ID ${clientId}`;
}

/** The option of `az role assignment create` that names who opens the account. */
function assigneeOf(clientId: string | null, { managedIdentity, site }: StorageAccess): string {
  if (!managedIdentity) return '--assignee "$(az ad signed-in-user show --query id --output tsv)"';
  return clientId === null
    ? `--assignee-object-id "$(az functionapp identity show ${ofSite(site)} --query principalId --output tsv)" --assignee-principal-type ServicePrincipal`
    : `--assignee ${guidOr(clientId, '"$CLIENT_ID"')}`;
}

/** Whether the settings name a store on this machine: of a real account nothing but its name is said. */
function isLocal(storage: StorageSettings): boolean {
  return (
    storage.signIn === 'connectionString' &&
    /UseDevelopmentStorage=true|TableEndpoint=http:/i.test(storage.connectionString)
  );
}

/** The account's name, as its own endpoints and connection strings give it. */
function accountOf(storage: StorageSettings): string {
  const [, name] =
    storage.signIn === 'identity'
      ? (/^https:\/\/([a-z0-9]{3,24})\./.exec(storage.tableServiceUri) ?? [])
      : (/(?:AccountName=|TableEndpoint=https:\/\/)([a-z0-9]{3,24})(?![a-z0-9])/i.exec(
          storage.connectionString,
        ) ?? []);
  return name ?? '$STORAGE_ACCOUNT';
}
