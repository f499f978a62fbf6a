import table from './exit-statuses.json' with { type: 'json' };

/** By the exit status of the script that makes a Linux machine a node (vmssCSE). */
const statuses: ReadonlyMap<string, { readonly code: string; readonly means: string }> = new Map(
  Object.entries(table.statuses),
);

const forms = /exit status[=: ]{1,3}(\d{1,3})\b|"?Exit ?Code"?[=: ]{1,3}"?(\d{1,3})\b/i;

/** The exit status of that script, where these words name one. Windows has statuses of its own. */
export function exitStatusIn(said: string): string | null {
  if (!/CSE|VMExtension|VM extension/i.test(said) || /WINDOWS_CSE/i.test(said)) return null;
  const [, ofProcess, ofScript] = forms.exec(said) ?? [];
  const status = ofProcess ?? ofScript ?? null;
  return status === '0' ? null : status;
}

/** The error code that the script's authors give a status; `null`: none is known. */
export function codeOfExit(status: string): string | null {
  return statuses.get(status)?.code ?? null;
}

/** What a status means, in words after a colon; `null`: not known. */
export function meaningOfExit(status: string): string | null {
  return statuses.get(status)?.means ?? null;
}
