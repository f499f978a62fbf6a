import ms from 'ms';

/** Where app settings come from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Notes a problem with a setting; the message never holds the setting's value. */
export type Report = (setting: string, message: string) => void;

/** For reading a setting again whose problems the first reading reports. */
export const reportedElsewhere: Report = () => {};

/** What is wrong with a setting that still holds a Key Vault reference instead of a value. */
export const unresolvedReference =
  'is a Key Vault reference that was not resolved: check that the secret exists, that the identity may read it, and that keyVaultReferenceIdentity names that identity.';

/** Whether a setting's text is a Key Vault reference that was not resolved. */
export function isReference(text: string): boolean {
  return text.trimStart().startsWith('@Microsoft.KeyVault(');
}

/** A setting's text, `null` when unset; a Key Vault reference that was not resolved is reported. */
export function value(env: Environment, setting: string, report: Report): string | null {
  const text = (env[setting] ?? '').trim();
  if (isReference(text)) {
    report(setting, unresolvedReference);
    return null;
  }
  return text === '' ? null : text;
}

/** What a length of time may be; default: one second to ten years. */
export interface DurationLimits {
  /** Whether `0` is allowed: it turns off what the setting is for. */
  readonly zeroAllowed?: boolean;
  /** The shortest and the longest. */
  readonly range?: readonly [ms.StringValue, ms.StringValue];
}

/** A length of time in milliseconds; `preset` when unset or wrong, which is reported. */
export function durationOf(
  env: Environment,
  setting: string,
  preset: ms.StringValue,
  report: Report,
  { zeroAllowed = false, range }: DurationLimits = {},
): number {
  const text = value(env, setting, report) ?? preset;
  if (zeroAllowed && text === '0') return 0;
  const length = isDuration(text) ? ms(text) : 0;
  const [shortest, longest] = range ?? ['1s', '3650d'];
  if (length >= ms(shortest) && length <= ms(longest)) return length;
  const others = ['45s', '30m', '12h'].filter((one) => one !== preset).join(', ');
  const examples =
    range === undefined ? ` such as ${others} or` : ` from ${shortest} to ${longest}, such as`;
  const off = zeroAllowed ? ', or 0 to turn it off' : '';
  report(setting, `must be a length of time${examples} ${preset}${off}.`);
  return ms(preset);
}

/** A part of a whole: a number above 0, at most 1; `preset` when unset or wrong, which is reported. */
export function shareOf(env: Environment, setting: string, preset: number, report: Report): number {
  const text = value(env, setting, report);
  if (text === null) return preset;
  const share = /^(?:\d+|\d*\.\d+)$/.test(text) ? Number(text) : 0;
  if (share > 0 && share <= 1) return share;
  report(setting, `must be a number above 0 and at most 1, such as ${preset}.`);
  return preset;
}

/** `true` or `false`, in any letter case; `preset` when unset or wrong, which is reported. */
export function flagOf(
  env: Environment,
  setting: string,
  preset: boolean,
  report: Report,
): boolean {
  const text = value(env, setting, report)?.toLowerCase() ?? null;
  if (text === null) return preset;
  if (text === 'true' || text === 'false') return text === 'true';
  report(setting, 'must be true or false.');
  return preset;
}

function isDuration(text: string): text is `${number}${'s' | 'm' | 'h' | 'd'}` {
  return /^\d{1,6}[smhd]$/.test(text);
}

/** An absolute URL: https, or http on a loopback address. */
export function urlOf(env: Environment, setting: string, report: Report): string | null {
  const text = value(env, setting, report);
  if (text === null) return null;
  const url = URL.parse(text);
  if (!isSafeUrl(url)) {
    report(setting, 'must be an https URL (http only on a loopback address).');
    return null;
  }
  if (holdsLogin(url)) {
    report(setting, noLogin);
    return null;
  }
  return text;
}

/** What is wrong with a setting whose URL {@link holdsLogin}. */
export const noLogin = 'must not hold a user name or a password.';

/** Whether a user name or a password stands before the host. */
export function holdsLogin({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}

/** Whether a URL may carry secrets: https, or http on a loopback address. */
export function isSafeUrl(url: URL | null): url is URL {
  if (url === null) return false;
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
}
