import type { Chronicle } from './chronicle.ts';
import type { Fact } from './facts.ts';
import type { Scenario } from './scenario.ts';

/** A promise of the product; how it was broken, in a sentence each time. Its name is shown with it. */
export type Invariant = (
  chronicle: Chronicle,
  facts: readonly Fact[],
  scenario: Scenario,
) => readonly string[];
