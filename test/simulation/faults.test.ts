import { describe, expect, it } from 'vitest';
import { everyFault, everyPair, tell, untroubled, type Finding } from './explore.ts';
import { scenarios, shortScenarios, troubles } from './scenarios.ts';

/** The first finding, in words; `null` when every promise was kept. */
async function firstOf(findings: AsyncIterable<Finding>): Promise<string | null> {
  for await (const finding of findings) return tell(finding);
  return null;
}

describe('every promise is kept', { timeout: 300_000 }, () => {
  it.each(scenarios)('whatever befalls any one request: $name', async (scenario) => {
    expect(await firstOf(everyFault([scenario]))).toBeNull();
  });

  it.each(shortScenarios)('when killed at any two requests: $name', async (scenario) => {
    expect(await firstOf(everyPair(scenario))).toBeNull();
  });

  it.each(troubles)('in spite of $name', async (scenario) => {
    expect(await firstOf(untroubled([scenario]))).toBeNull();
  });
});
