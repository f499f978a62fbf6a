import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** The structure of the product's code, as it can be counted. */
export interface Structure {
  /** Files that lie loose in `shared/`. */
  readonly loose: readonly string[];
  /** Folders with files of the product. */
  readonly folders: readonly string[];
  /** From one folder or loose file to another, each once: `arm -> domain`. */
  readonly arrows: readonly string[];
  /** Pairs of folders that import each other. */
  readonly twoWay: readonly string[];
  /** Groups of files that import each other in a circle, imports of types included. */
  readonly circles: readonly (readonly string[])[];
}

/** `arm` of `shared/arm/client.ts`, `time` of `shared/time.ts`, `functions` of `functions/timer-handler.ts`. */
function roomOf(file: string): string {
  const [top = '', room = '', ...rest] = file.split('/');
  return top === 'functions' ? top : rest.length > 0 ? room : posix.basename(room, '.ts');
}

/** What a file imports of the product, by path. */
function importsOf(file: string, known: ReadonlySet<string>): string[] {
  const specifiers = readFileSync(file, 'utf8').matchAll(
    /\bfrom '(\.[^']+)'|\bimport '(\.[^']+)'/g,
  );
  return [...specifiers]
    .map(([, from, alone]) => posix.join(posix.dirname(file), from ?? alone ?? ''))
    .filter((path) => known.has(path));
}

/** Counts the structure of what git tracks in `functions/` and `shared/`; paths are relative to the working folder. */
export function structure(): Structure {
  const list = execFileSync('git', ['ls-files', 'functions/*.ts', 'shared/*.ts'], {
    encoding: 'utf8',
  });
  const files = list.split('\n').filter((file) => file !== '');
  const known = new Set(files);
  const imports = new Map(files.map((file) => [file, importsOf(file, known)]));
  const arrows = new Set(
    files.flatMap((file) =>
      (imports.get(file) ?? [])
        .filter((other) => roomOf(other) !== roomOf(file))
        .map((other) => `${roomOf(file)} -> ${roomOf(other)}`),
    ),
  );
  return {
    loose: files.filter((file) => /^shared\/[^/]+$/.test(file)),
    folders: [...new Set(files.map((file) => posix.dirname(file)))].filter(
      (one) => one !== 'shared',
    ),
    arrows: [...arrows].toSorted(),
    twoWay: [...arrows].filter((arrow) => {
      const [from = '', to = ''] = arrow.split(' -> ');
      return from < to && arrows.has(`${to} -> ${from}`);
    }),
    circles: circlesIn(imports),
  };
}

/** The files that can be reached from each other: two files are of one circle when each leads to the other. */
function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = new Map([...imports.keys()].map((file) => [file, reachedFrom(file, imports)]));
  const circles = new Map<string, string[]>();
  for (const [file, others] of reached) {
    if (!others.has(file)) continue;
    const circle = [...others].filter((other) => reached.get(other)?.has(file)).toSorted();
    circles.set(circle.join(' '), circle);
  }
  return [...circles.values()];
}

function reachedFrom(
  start: string,
  imports: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const next = [...(imports.get(start) ?? [])];
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    next.push(...(imports.get(file) ?? []));
  }
  return reached;
}

/** A title with how many there are, and each on a line. */
function lines(title: string, items: readonly string[]): string {
  return [`${title}: ${items.length}`, ...items.map((item) => `  ${item}`)].join('\n');
}

if (import.meta.main) {
  const { loose, folders, arrows, twoWay, circles } = structure();
  console.log(lines('Loose files in shared/', loose));
  console.log(lines('Folders', folders));
  console.log(lines('Folders and loose files that import others', arrows));
  console.log(lines('Pairs that import each other', twoWay));
  console.log(
    lines(
      'Circles of files, types included',
      circles.map((circle) => circle.join(', ')),
    ),
  );
}
