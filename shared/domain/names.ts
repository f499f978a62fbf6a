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
