/** No longer message is looked through: of a longer one the start and the end, where a script says why it failed. */
const longest = { start: 4096, end: 2048 };

/** A message, bounded and as it was before it was quoted in another: without the escapes of JSON. */
export function plain(text: string): string {
  const bounded =
    text.length <= longest.start + longest.end
      ? text
      : `${text.slice(0, longest.start)} … ${text.slice(-longest.end)}`;
  return bounded.replaceAll(/\\{1,8}(["'/])/g, '$1').replaceAll(/\\{1,8}[nrt]/g, ' ');
}

/** The words of a text between spaces, so that a phrase is found whatever stands between its words, and only whole. */
export function words(text: string): string {
  return ` ${text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()} `;
}

/** Whether {@link words} hold a phrase. */
export type Phrase = (said: string) => boolean;

/**
 * A phrase of the table. `*` stands for letters within a word (`*ing`), `..` for up to thirty words.
 */
export function phraseOf(text: string): Phrase {
  const parts = text.toLowerCase().match(/\.\.|[a-z0-9*]+/g) ?? [];
  if (!parts.some((part) => part === '..' || part.includes('*'))) {
    const whole = ` ${parts.join(' ')} `;
    return (said) => said.includes(whole);
  }
  const source = parts.map((part) =>
    part === '..' ? '(?:[a-z0-9]+ ){0,30}?' : `${part.replaceAll('*', '[a-z0-9]*')} `,
  );
  const pattern = new RegExp(` ${source.join('')}`);
  return (said) => pattern.test(said);
}
