import { guidOr, ofSite, signInFix } from '../domain/az-commands.ts';
import type { TokenSource } from '../sign-in/token.ts';
import { triedIdentity, type AppFacts } from '../slack/app-identity.ts';
import { cleanText, longestText, oneLine } from '../text.ts';
import type { Finding } from './check.ts';

/** Gets a token for ARM, in at most `timeoutMs` milliseconds. */
export async function trySigningIn(
  tokens: TokenSource,
  timeoutMs: number,
  app: AppFacts,
): Promise<Finding> {
  try {
    await tokens.get(timeoutMs);
    return { ok: true, message: `There is a token; it is that of ${triedIdentity(app)}.` };
  } catch (error) {
    const said = error instanceof Error ? error.message : 'unknown reason';
    const wrong = isNoId(app) ? ', which is no client ID (a GUID)' : '';
    return {
      ok: false,
      message: `The app signs in with ${triedIdentity(app)}${wrong}. No access token for ARM: ${whyIn(said, app)}`,
      fix: fixOf(said, app),
    };
  }
}

function fixOf(said: string, app: AppFacts): string {
  if (isNoId(app))
    return `az functionapp identity show ${ofSite(app.site)} --query userAssignedIdentities`;
  return app.managedIdentity && isSilent(said)
    ? `az functionapp restart ${ofSite(app.site)}`
    : signInFix(app.site, app.clientId, app.managedIdentity);
}

function isNoId({ clientId, managedIdentity }: AppFacts): boolean {
  return managedIdentity && clientId !== null && guidOr(clientId, '') === '';
}

/** The words of the library, and of the app, when nobody answers. */
function isSilent(said: string): boolean {
  return /network_error|did not end in time/.test(said);
}

/** What the Azure CLI said, of all that `DefaultAzureCredential` tries. */
const saidByCli =
  /(?<=ERROR: )AADSTS.+|Please run 'az login'.+|Azure CLI could not be found.+|(?<=ERROR: ).+/;
/** What the identity endpoint said, within what the library makes of it. */
const saidByEndpoint = /(?<=Description: )(?:(?! - Correlation ID).)+/s;

function whyIn(said: string, { managedIdentity }: AppFacts): string {
  if (managedIdentity && isSilent(said)) return 'the identity endpoint does not answer.';
  const [words = said] =
    (managedIdentity ? saidByEndpoint : saidByCli).exec(said.slice(0, longestText)) ?? [];
  return oneLine(cleanText(words, 240));
}
