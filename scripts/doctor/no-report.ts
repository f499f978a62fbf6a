import type { Check } from '../../shared/doctor/check.ts';

type Trouble = Omit<Check, 'name' | 'ok'>;

/** Why an app gave no answer, and what shows more. */
export function explainSilence(url: URL, error: Error): Trouble {
  if (error.name === 'TimeoutError')
    return withFix('It gave no answer in two minutes.', listApps(url));
  const { cause = error } = error;
  const said = cause instanceof Error ? cause.message : error.name;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : said;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return withFix(
      `The network knows no host of this name (${code}). This lists your apps.`,
      'az functionapp list --query "[].[name,defaultHostName,state]" --output tsv',
    );
  if (/CERT|SELF_SIGNED|VERIFY|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code))
    return {
      message: `Its certificate is not trusted here (${code}). Behind a proxy that has its own, NODE_EXTRA_CA_CERTS names that one’s file.`,
    };
  return withFix(`It cannot be reached (${code}).`, listApps(url));
}

/** Why an answer was no report, and the command that fixes that or shows more. */
export function explainAnswer(
  url: URL,
  status: number,
  { hasKey, isNotifier }: { readonly hasKey: boolean; readonly isNotifier: boolean },
): Trouble {
  if (status === 401)
    return withFix(
      hasKey
        ? 'It does not take the function key.'
        : 'It takes a function key, which is to be in NOTIFIER_KEY.',
      exportKey(url),
    );
  if (status === 404 && isNotifier)
    return {
      message: 'It is an older version, which has no doctor: deploy this one.',
      fix: 'azd deploy',
    };
  if (status === 404)
    return withFix(
      'There is no such app (404): the URL is another’s, or nothing is deployed there.',
      listApps(url),
    );
  if (status === 403)
    return withFix(
      'It lets nobody in from here (403): it is stopped, or has access restrictions.',
      listApps(url),
    );
  if (status >= 300 && status < 400)
    return { message: `It sends to another place (${status}): --url must be the app’s own.` };
  if (status >= 500)
    return withFix(
      `It does not run (${status}): look at its state, then at its log.`,
      listApps(url),
    );
  return {
    message: isNotifier
      ? `It is another version: it answers ${status}, and no report.`
      : `What answers there (${status}) is not this app.`,
  };
}

function withFix(message: string, fix: string | null): Trouble {
  return fix === null ? { message } : { message, fix };
}

/** The app’s state; `null` where it is on no host of Azure’s kind, or its name is not fit for a command. */
function listApps({ hostname }: URL): string | null {
  return mayBeAzures(hostname)
    ? `az functionapp list --query "[?contains(hostNames, '${hostname}')].[name,resourceGroup,state,publicNetworkAccess]" --output tsv`
    : null;
}

/** Takes the key from Azure into the environment ("Web Apps - List Host Keys"), without a look at it. */
function exportKey({ hostname }: URL): string | null {
  if (!mayBeAzures(hostname)) return null;
  const id = `$(az functionapp list --query "[?contains(hostNames, '${hostname}')].id" --output tsv)`;
  return `export NOTIFIER_KEY="$(az rest --method post --url "${id}/host/default/listKeys?api-version=2024-04-01" --query functionKeys.default --output tsv)"`;
}

function mayBeAzures(hostname: string): boolean {
  return /^(?=.*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(hostname);
}
