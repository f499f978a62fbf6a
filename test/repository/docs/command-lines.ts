/**
 * The commands in what is typed at a shell's prompt, those in `$(…)` before the one that they are for. Every command
 * is its words; a substitution leaves the word that stands for it.
 */
export function commandsIn(
  typed: string,
  wordFor: (inner: readonly string[][]) => string = () => 'substituted',
): string[][] {
  return read({ typed, at: 0, wordFor }, '');
}

interface Reader {
  readonly typed: string;
  at: number;
  readonly wordFor: (inner: readonly string[][]) => string;
}

function read(reader: Reader, end: string): string[][] {
  const found: string[][] = [];
  let words: string[] = [];
  let word: string | null = null;
  let isQuoted = false;
  const endWord = (): void => {
    if (word !== null) words.push(word);
    word = null;
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) found.push(words);
    words = [];
  };
  while (reader.at < reader.typed.length) {
    const character = reader.typed.charAt(reader.at);
    reader.at += 1;
    if (character === end && !isQuoted) break;
    if (character === '$' && reader.typed.charAt(reader.at) === '(') {
      reader.at += 1;
      const inner = read(reader, ')');
      found.push(...inner);
      word = (word ?? '') + reader.wordFor(inner);
    } else if (character === '\\') {
      const escaped = reader.typed.charAt(reader.at);
      reader.at += 1;
      if (escaped !== '\n') word = (word ?? '') + escaped;
    } else if (character === '"') {
      isQuoted = !isQuoted;
      word ??= '';
    } else if (isQuoted) word = (word ?? '') + character;
    else if (character === "'") {
      const closing = reader.typed.indexOf("'", reader.at);
      // One that nothing closes goes to the end.
      const close = closing === -1 ? reader.typed.length : closing;
      word = (word ?? '') + reader.typed.slice(reader.at, close);
      reader.at = close + 1;
    } else if (/[|;&\n]/.test(character)) endCommand();
    else if (/\s/.test(character)) endWord();
    else word = (word ?? '') + character;
  }
  endCommand();
  return found;
}

/** The calls of az among them, also those that are passed on: `script -- az …`, `xargs az …` with what it adds. */
export function azCallsIn(typed: string): string[][] {
  return commandsIn(typed).flatMap((words) => {
    const at = words.indexOf('az');
    const added = words.slice(0, Math.max(at, 0)).includes('xargs') ? ['substituted'] : [];
    return at === -1 ? [] : [[...words.slice(at), ...added]];
  });
}
