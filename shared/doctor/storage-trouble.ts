import { guidOr, roleCommand, settingFix, signInFix, type Site } from '../az-commands.ts';
import type { StorageSettings } from '../storage-settings.ts';
import type { Finding } from './check.ts';

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
const busy = /^(?:ServerBusy|InternalError|OperationTimedOut|HTTP 5\d\d)$/;
/** Codes of the network, and of the library for it. */
const unreachable = /^(?:E[A-Z_]+|REQUEST_SEND_ERROR|AbortError|UND_ERR_\w+)$/;

/**
 * What the store's reason means, and what mends it.
 *
 * @param reason a code of the service (learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes), of
 * the network, or the name of a sign-in error
 */
export function whyRefused(reason: string, access: StorageAccess): Finding {
  const { storage, setting, managedIdentity, site } = access;
  const account = accountOf(storage);
  const failed = (why: string, fix?: string): Finding => ({
    ok: false,
    message: `${why} (${reason})`,
    ...(fix === undefined ? {} : { fix }),
  });
  const show = (query: string): string =>
    `az storage account show --name "${account}" --query "${query}" --output tsv`;
  const identity = storage.kind === 'identity' ? storage : null;

  if (signInErrors.test(reason))
    return failed(
      'No identity could sign in to the storage account.',
      signInFix(site, identity?.clientId ?? null, managedIdentity),
    );
  if (unreachable.test(reason))
    return failed(
      `The storage account cannot be reached: ${setting} names another place than where it is, or the network does not let the app there.`,
      show('primaryEndpoints.table'),
    );
  if (busy.test(reason)) return failed('The storage account is busy or down; check again soon.');
  switch (reason) {
    case 'AuthorizationPermissionMismatch':
      if (identity !== null)
        return failed(
          'The identity lacks the role Storage Table Data Contributor on the storage account; Azure can take ten minutes to heed it.',
          roleCommand(
            `--assignee ${assigneeOf(identity.clientId, managedIdentity)}`,
            '"Storage Table Data Contributor"',
            `$(${show('id')})`,
          ),
        );
      return failed(
        `The shared access signature in ${setting} does not allow this: rows are read, added, updated and removed, and tables created.`,
        setConnection(access, account),
      );
    case 'AuthenticationFailed':
    case 'InvalidAuthenticationInfo':
      return identity === null
        ? failed(
            `The key or signature in ${setting} is not the storage account’s, or not any more.`,
            setConnection(access, account),
          )
        : failed(
            `The storage account does not take the identity’s token: it may belong to another tenant, or ${setting} name another account.`,
            show('primaryEndpoints.table'),
          );
    case 'KeyBasedAuthenticationNotPermitted':
      return failed(
        `The storage account takes no keys. Let the identity open it by this, and remove ${setting} itself.`,
        settingFix(site, `${setting}__tableServiceUri`, `$(${show('primaryEndpoints.table')})`),
      );
    default:
      return failed(
        identity === null
          ? `The storage account refuses to serve: its network rules do not let the app in, or the key in ${setting} is wrong. This shows which rules it has, and whether it takes keys.`
          : 'The storage account refuses to serve. Its network rules may not let the app in; this shows them.',
        show('[publicNetworkAccess,networkRuleSet.defaultAction,allowSharedKeyAccess]'),
      );
  }
}

function setConnection({ setting, site }: StorageAccess, account: string): string {
  const value = `$(az storage account show-connection-string --name "${account}" --query connectionString --output tsv)`;
  return settingFix(site, setting, value);
}

function assigneeOf(clientId: string | null, managedIdentity: boolean): string {
  if (!managedIdentity) return '"$(az ad signed-in-user show --query id --output tsv)"';
  return guidOr(clientId, '"$CLIENT_ID"');
}

/** The account's name, as its own endpoints and connection strings tell it. */
function accountOf(storage: StorageSettings): string {
  const [, name] =
    storage.kind === 'identity'
      ? (/^https:\/\/([a-z0-9]{3,24})\./.exec(storage.tableServiceUri) ?? [])
      : (/(?:AccountName=|TableEndpoint=https:\/\/)([a-z0-9]{3,24})(?![a-z0-9])/i.exec(
          storage.connectionString,
        ) ?? []);
  return name ?? '$STORAGE_ACCOUNT';
}
