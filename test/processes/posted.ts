import * as z from 'zod';

const message = z.object({
  text: z.string(),
  attachments: z.array(z.object({ blocks: z.unknown() })).default([]),
});

function linesOf(part: unknown): string[] {
  if (typeof part === 'string') return part.split('\n');
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(linesOf) : [];
}

/**
 * What a message tells of one operation, in order and each once: those of `words` that stand before the cluster's name
 * on a line, as in `Failed: aks-01` or `upgrading nodes → Failed: aks-01`, and the phase that follows a name with which
 * a line begins, as in `aks-01: upgrading nodes`. The headline comes last: it repeats the latest news.
 */
export function postedOf(payload: unknown, name: string, words: readonly string[]): string[] {
  const { text, attachments } = message.parse(payload);
  const found = new Set<string>();
  const any = words.join('|');
  const named = `(?<![\\w/-])${name}(?![\\w-])`;
  const phase = new RegExp(`^[•* ]*${named}[^:]*: (${any})\\b`);
  for (const line of linesOf([...attachments.map(({ blocks }) => blocks), text])) {
    const end = line.search(new RegExp(named));
    const before = line.slice(0, Math.max(end, 0));
    for (const [word] of before.matchAll(new RegExp(`\\b(?:${any})\\b`, 'g'))) found.add(word);
    const [, shown] = phase.exec(line) ?? [];
    if (shown !== undefined) found.add(shown);
  }
  return [...found];
}
