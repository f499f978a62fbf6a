import { parseArgs } from 'node:util';
import { seeds, tell } from './explore.ts';
import { fromSeed } from './random-scenario.ts';
import { simulate } from './simulate.ts';

/** So many findings are enough to look at. */
const enough = 3;

// `--seeds 10000` plays so many; `--seed 42` begins there or, without `--seeds`, plays it alone and shows its trace.
const { values } = parseArgs({ options: { seeds: { type: 'string' }, seed: { type: 'string' } } });
const isAlone = values.seed !== undefined && values.seeds === undefined;
const first = Number(values.seed ?? 1);
const count = Number(values.seeds ?? (isAlone ? 1 : 1000));
if (!Number.isInteger(first) || !Number.isInteger(count))
  throw new Error('Give --seeds and --seed as whole numbers.');

if (isAlone) {
  const { scenario, decisions } = fromSeed(first);
  console.log((await simulate(scenario, decisions)).trace.join('\n'));
}
let failed = 0;
for await (const finding of seeds(first, count)) {
  console.log(isAlone ? finding.violations.join('\n') : tell(finding));
  failed += 1;
  if (failed === enough) break;
}
console.log(
  failed === 0 ? `${count} seeds, every promise kept.` : 'Promises were broken; see above.',
);
process.exitCode = failed === 0 ? 0 : 1;
