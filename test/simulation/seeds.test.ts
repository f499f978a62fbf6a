import { describe, expect, it } from 'vitest';
import { seeds, tell } from './explore.ts';
import { fromSeed } from './random-scenario.ts';
import { simulate } from './simulate.ts';

async function traceOf(seed: number): Promise<readonly string[]> {
  const { scenario, decisions } = fromSeed(seed);
  return (await simulate(scenario, decisions)).trace;
}

describe('a seed', () => {
  it('always gives the same trace', async () => {
    expect(await traceOf(7)).toEqual(await traceOf(7));
    expect(await traceOf(7)).not.toEqual(await traceOf(8));
  });

  it('keeps every promise whatever happens', async () => {
    for await (const finding of seeds(1, 200)) expect.fail(tell(finding));
  });
});
