import { benchBudget } from './budget.ts';
import { benchCost } from './cost.ts';
import { benchStorm } from './storm.ts';

// `npm run bench`, with `-- --full` on more operations; `npm run bench -- budget` takes a minute and fails when
// its target is missed; `npm run bench -- storm` takes five minutes.
if (process.argv.includes('budget')) process.exitCode = (await benchBudget()) ? 0 : 1;
else if (process.argv.includes('storm')) await benchStorm();
else await benchCost(process.argv.includes('--full'));
