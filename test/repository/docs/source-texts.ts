import { parseAst } from 'vitest/node';

/** What stands in a text of the code in place of an expression. */
export type Filling = (expression: string) => string;

/**
 * The texts in TypeScript that hold these words, each as it is at run time: of a template with its expressions filled.
 * @throws Error when it is no TypeScript
 */
export function textsHolding(words: RegExp, source: string, fill: Filling): string[] {
  const found: string[] = [];
  walk(parseAst(source, { lang: 'ts' }), (node) => {
    const text = textOf(node, source, fill);
    if (text !== null && words.test(text)) found.push(text);
  });
  return found;
}

function walk(node: unknown, visit: (node: object) => void): void {
  if (typeof node !== 'object' || node === null) return;
  visit(node);
  for (const child of Object.values(node)) walk(child, visit);
}

function textOf(node: object, source: string, fill: Filling): string | null {
  if (!('type' in node)) return null;
  if (node.type === 'Literal' && 'value' in node && typeof node.value === 'string')
    return node.value;
  if (node.type !== 'TemplateLiteral' || !('quasis' in node) || !('expressions' in node))
    return null;
  const expressions = listOf(node.expressions).map((one) => fill(sourceOf(one, source)));
  return listOf(node.quasis)
    .map((quasi, index) => cookedOf(quasi) + (expressions[index] ?? ''))
    .join('');
}

function listOf(nodes: unknown): readonly unknown[] {
  return Array.isArray(nodes) ? nodes : [];
}

function sourceOf(node: unknown, source: string): string {
  if (typeof node !== 'object' || node === null || !('start' in node) || !('end' in node))
    return '';
  return source.slice(Number(node.start), Number(node.end));
}

function cookedOf(quasi: unknown): string {
  if (typeof quasi !== 'object' || quasi === null || !('value' in quasi)) return '';
  const { value } = quasi;
  return typeof value === 'object' && value !== null && 'cooked' in value
    ? String(value.cooked)
    : '';
}
