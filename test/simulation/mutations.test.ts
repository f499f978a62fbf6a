import { describe, expect, it } from 'vitest';
import { everyFault, seeds, untroubled, type Finding, type Subject } from './explore.ts';
import { withMutated } from './mutated-product.ts';
import { mutations, type Mutation } from './mutations.ts';
import { theProduct, type Product } from './product.ts';
import { scenarios, troubles } from './scenarios.ts';

/** So many seeds must do to find a bug. */
const enoughSeeds = 2000;

function findings({ foundBy, within = '' }: Mutation, subject: Subject): AsyncIterable<Finding> {
  switch (foundBy) {
    case 'fault':
      return everyFault(
        scenarios.filter(({ name }) => name.includes(within)),
        subject,
      );
    case 'trouble':
      return untroubled(troubles, subject);
    case 'seed':
      return seeds(1, enoughSeeds, subject);
  }
}

/** The promises that were seen to be broken, up to the one that is looked for. */
async function brokenBy(mutation: Mutation, product: Product): Promise<Set<string>> {
  const broken = new Set<string>();
  for await (const { violations } of findings(mutation, {
    product,
    wrapping: mutation.wrapping ?? {},
  })) {
    for (const violation of violations) broken.add(violation.replace(/:.*/s, ''));
    if (broken.has(mutation.breaks)) break;
  }
  return broken;
}

describe('the simulation catches a product that', () => {
  it.each(mutations)('$name', { timeout: 300_000 }, async (mutation) => {
    const broken =
      mutation.edits === undefined
        ? await brokenBy(mutation, theProduct)
        : await withMutated(mutation.edits, async (product) => await brokenBy(mutation, product));
    expect(broken).toContain(mutation.breaks);
  });
});
