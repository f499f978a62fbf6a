/**
 * The forms of names, from the ARM reference of "Operation Status Result - Get". A resource group's name has letters
 * and decimal digits of .NET's `Char.IsLetterOrDigit` (Azure's "Naming rules and restrictions"), which knows those
 * of one UTF-16 unit.
 */
export const patterns = {
  subscriptionId: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  resourceGroupName: /^(?!.*[\u{10000}-\u{10ffff}])[\p{L}\p{Nd}_.()-]{0,89}[\p{L}\p{Nd}_()-]$/u,
  resourceName: /^[a-z0-9](?:[-_a-z0-9]{0,61}[a-z0-9])?$/i,
  agentPoolName: /^[a-z][a-z0-9]{0,11}$/i,
  /** A GUID in practice; ARM promises only a non-empty string. */
  operationId: /^(?!\.{1,2}$)[^\s/\\?#%\p{C}]{1,256}$/u,
} as const;

/**
 * The normal form of a name or an ID: what has the same form is the same to ARM, and has one key. ARM compares as
 * .NET's `OrdinalIgnoreCase` does: character by character, by simple upper-casing. So the Kelvin sign is no `k`, `ß`
 * is neither `ẞ` nor `ss`, and `σ`, `ς` and `Σ` are one. Written in small letters where these are the way back.
 */
export function nameKey(name: string): string {
  return ascii.test(name) ? name.toLowerCase() : Array.from(name, keyOfCharacter).join('');
}

/** Whether two names are the same to ARM: see {@link nameKey}. */
export function sameName(one: string, other: string): boolean {
  return nameKey(one) === nameKey(other);
}

const ascii = /^\p{ASCII}*$/u;
/** Unicode makes these `I` and `S`; .NET leaves them as they are when it compares. */
const uncased = new Set(['ı', 'ſ']);

function keyOfCharacter(character: string): string {
  if (uncased.has(character)) return character;
  const upper = character.toUpperCase();
  // JavaScript writes it as several letters: it has no simple upper case, or one that it shares with its small letter.
  if (!isOne(upper)) return character.toLowerCase();
  const lower = upper.toLowerCase();
  return isOne(lower) && lower.toUpperCase() === upper ? lower : upper;
}

function isOne(text: string): boolean {
  return Array.from(text).length === 1;
}
