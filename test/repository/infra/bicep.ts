import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Language, Parser, type Node } from 'web-tree-sitter';

/**
 * What the tests read of a Bicep file. The grammar is that of tree-sitter: it knows syntax, and neither types nor
 * what a function gives. Arrays, conditions and calls are looked through: a property is found wherever it is written.
 */
export interface Template {
  readonly text: string;
  /** Where the syntax is broken, as `line: text`. */
  readonly errors: readonly string[];
  /** Names that are used and not declared in the file. */
  readonly undeclared: readonly string[];
  readonly params: readonly Param[];
  readonly resources: readonly Resource[];
  readonly modules: readonly Module[];
  /** Expressions by output name. */
  readonly outputs: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
}

/** A `param`. */
export interface Param {
  readonly name: string;
  readonly type: string;
  /** The expression, `null` without one: somebody has to give a value. */
  readonly preset: string | null;
  readonly secure: boolean;
  readonly described: boolean;
  /** The values that it may have, as they are written; `null`: any. */
  readonly allowed: string | null;
}

/** What is written for a property: its path and its expression. */
export interface Property {
  /** As `properties.siteConfig.minTlsVersion`. */
  readonly path: string;
  readonly text: string;
}

/** A `resource`. */
export interface Resource {
  readonly symbol: string;
  /** As `Microsoft.Web/sites@2024-04-01`. */
  readonly type: string;
  readonly existing: boolean;
  /** Only if this is true; `null`: always. */
  readonly condition: string | null;
  /** What the comment before it says, empty without one. */
  readonly comment: string;
  readonly properties: readonly Property[];
  /** What other expressions of the file read of it, as `properties.principalId`. */
  readonly read: readonly string[];
}

/** A `module`. */
export interface Module {
  readonly symbol: string;
  readonly path: string;
  readonly properties: readonly Property[];
  readonly text: string;
}

const require = createRequire(import.meta.url);
await Parser.init();
const language = await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'));

/** Functions of Bicep that the templates may call. */
const known = new Set(
  `allowed contains description empty environment filter guid items join length loadTextContent map maxLength
   minLength objectKeys replace resourceGroup secure split subscription subscriptionResourceId tenant toLower toObject
   toUpper trim union uniqueString`.split(/\s+/),
);

/** Reads `infra/<name>`. */
export function readTemplate(name: string): Template {
  return parseTemplate(readFileSync(join(import.meta.dirname, '../../../infra', name), 'utf8'));
}

/** Parses a Bicep file. */
export function parseTemplate(text: string): Template {
  const parser = new Parser();
  parser.setLanguage(language);
  const root = parser.parse(text)?.rootNode;
  if (root === undefined) throw new Error('The parser gave nothing.');
  const of = (...types: string[]): Node[] =>
    root.descendantsOfType(types).filter((node) => node !== null);

  const declarations = of(
    'parameter_declaration',
    'variable_declaration',
    'resource_declaration',
    'module_declaration',
  );
  const local = [
    ...of('for_statement').map((node) => node.childForFieldName('initializer')?.text ?? ''),
    ...of('lambda_expression').map(nameOf),
  ];
  const declared = new Set([...declarations.map(nameOf), ...local, ...known]);
  const used = of('identifier')
    .filter((node) => !isName(node))
    .map(({ text: name }) => name);

  return {
    text,
    errors: root.hasError ? brokenIn(root) : [],
    undeclared: used.filter((name) => !declared.has(name)),
    params: of('parameter_declaration').map(paramOf),
    resources: of('resource_declaration').map((node) => ({
      symbol: nameOf(node),
      type: targetOf(node),
      existing: /^resource \w+ '[^']+' existing\b/.test(node.text),
      condition: /^resource \w+ '[^']+' = if \((.+)\) \{$/m.exec(node.text)?.[1] ?? null,
      comment: commentBefore(node),
      properties: propertiesOf(node),
      read: of('member_expression').flatMap((member) => readOf(member, nameOf(node))),
    })),
    modules: of('module_declaration').map((node) => ({
      symbol: nameOf(node),
      path: targetOf(node),
      properties: propertiesOf(node),
      text: node.text,
    })),
    outputs: new Map(of('output_declaration').map((node) => [nameOf(node), presetOf(node) ?? ''])),
    variables: new Map(
      of('variable_declaration').map((node) => [nameOf(node), presetOf(node) ?? '']),
    ),
  };
}

function brokenIn(root: Node): string[] {
  const broken: string[] = [];
  const look = (node: Node): void => {
    if (node.isError || node.isMissing) broken.push(`${node.startPosition.row + 1}: ${node.text}`);
    else
      for (const child of node.children)
        if (child !== null && (child.hasError || child.isMissing)) look(child);
  };
  look(root);
  return broken;
}

const nameOf = (node: Node): string =>
  node.namedChildren.find((child) => child?.type === 'identifier')?.text ?? '';

/** Whether an identifier names something, and does not use it. */
function isName(node: Node): boolean {
  const { parent } = node;
  if (parent === null) return false;
  const isFirst = parent.namedChildren[0]?.id === node.id;
  return (
    isFirst &&
    (parent.type === 'object_property' ||
      parent.type === 'lambda_expression' ||
      parent.type.endsWith('_declaration'))
  );
}

const targetOf = (node: Node): string =>
  node.namedChildren.find((child) => child?.type === 'string')?.text.slice(1, -1) ?? '';

/** What stands behind the last name and type. */
function presetOf(node: Node): string | null {
  const value = node.namedChildren.slice(1).find((child) => child?.type !== 'type');
  return value?.text ?? null;
}

function before(node: Node): Node | null {
  const { previousNamedSibling: previous } = node;
  return previous?.type === 'decorators' ? previous : null;
}

function paramOf(node: Node): Param {
  const decorators = before(node)?.text ?? '';
  return {
    name: nameOf(node),
    type: node.namedChildren.find((child) => child?.type === 'type')?.text ?? '',
    preset: presetOf(node),
    secure: decorators.includes('@secure()'),
    described: decorators.includes('@description('),
    allowed: /@allowed\((\[[^\]]*\])\)/.exec(decorators)?.[1] ?? null,
  };
}

function commentBefore(node: Node): string {
  const lines: string[] = [];
  let at = (before(node) ?? node).previousNamedSibling;
  for (; at?.type === 'comment'; at = at.previousNamedSibling)
    lines.unshift(at.text.replace(/^\/\/ ?/, ''));
  return lines.join(' ');
}

function propertiesOf(node: Node, above = ''): Property[] {
  return node.namedChildren.flatMap((child) => {
    if (child === null) return [];
    if (child.type !== 'object_property') return propertiesOf(child, above);
    const [name, value] = child.namedChildren;
    const path = `${above}${name?.text.replaceAll("'", '') ?? ''}`;
    return [{ path, text: value?.text ?? '' }, ...propertiesOf(child, `${path}.`)];
  });
}

/** `site.properties.defaultHostName` reads `properties.defaultHostName` of `site`. */
function readOf(member: Node, symbol: string): string[] {
  const isWhole = member.parent?.type !== 'member_expression';
  return isWhole && member.text.startsWith(`${symbol}.`)
    ? [member.text.slice(symbol.length + 1)]
    : [];
}
