import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { trackedFiles } from '../../support/checkout.ts';

/** Where the templates are. */
export const infra = join(import.meta.dirname, '../../../infra');

const resource = z.looseObject({ id: z.string(), type: z.string(), name: z.string() });
const snapshot = z.object({
  predictedResources: z.array(resource),
  outputs: z.record(z.string(), z.unknown()),
});

/** What a deployment would make, as Bicep's compiler has evaluated it (`npm run check:infra`). */
export type Resource = z.infer<typeof resource>;

/** The names of all snapshots. */
export const snapshots: readonly string[] = trackedFiles.flatMap(
  (file) => /^infra\/snapshots\/(.+)\.snapshot\.json$/.exec(file)?.[1] ?? [],
);

/** The text of `infra/snapshots/<name>.snapshot.json`. */
export function textOf(name: string): string {
  return readFileSync(join(infra, 'snapshots', `${name}.snapshot.json`), 'utf8');
}

/** All resources of a snapshot, in order. */
export function resourcesOf(name: string): readonly Resource[] {
  return snapshot.parse(JSON.parse(textOf(name))).predictedResources;
}

/** What a deployment returns, by name. */
export function outputsOf(name: string): Readonly<Record<string, unknown>> {
  return snapshot.parse(JSON.parse(textOf(name))).outputs;
}

/** The only resource of this type, such as `Microsoft.Web/sites`. */
export function theOne(name: string, type: string): Resource {
  const [found, ...more] = resourcesOf(name).filter((one) => one.type === type);
  if (found === undefined || more.length > 0) throw new Error(`${name} has not one ${type}.`);
  return found;
}

/** A parameter of a template, as it is declared. */
export interface Param {
  readonly name: string;
  /** The expression, `null` without one: somebody has to give a value. */
  readonly preset: string | null;
  readonly secure: boolean;
  readonly described: boolean;
}

/** The parameters of `infra/<name>`; `bicep format` puts each into one line, below what is said of it. */
export function paramsOf(name: string): Param[] {
  const text = readFileSync(join(infra, name), 'utf8');
  return [...text.matchAll(/^((?:@.*\n)*)param (\w+) [\w[\]]+(?: = (.+))?$/gm)].map(
    ([, said = '', param = '', preset = null]) => ({
      name: param,
      preset,
      secure: said.includes('@secure()'),
      described: said.includes('@description('),
    }),
  );
}
