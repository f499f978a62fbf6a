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
 * What a message tells of one operation, in order and each once: those of `words` that stand before the
 * cluster's name on a line, as `Failed: aks-01` has it, or `UpgradingNodes → Failed: aks-01` in a digest.
 * The headline comes last: it repeats the latest news.
 */
export function toldOf(payload: unknown, name: string, words: readonly string[]): string[] {
  const { text, attachments } = message.parse(payload);
  const told = new Set<string>();
  for (const line of linesOf([...attachments.map(({ blocks }) => blocks), text])) {
    const end = line.search(new RegExp(`(?<![\\w/-])${name}(?![\\w-])`));
    const before = line.slice(0, Math.max(end, 0));
    for (const [word] of before.matchAll(new RegExp(`\\b(?:${words.join('|')})\\b`, 'g')))
      told.add(word);
  }
  return [...told];
}
