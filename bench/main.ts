import { benchBudget } from './budget.ts';
import { benchCost } from './cost.ts';
import { benchGrowth } from './growth.ts';
import { benchStorm } from './storm.ts';
import { benchWatches } from './watches.ts';

// `npm run bench`, with `-- --full` on more operations; `npm run bench -- budget` takes a minute and fails when
// its target is missed; `npm run bench -- storm` takes five minutes;
// `npm run bench -- watches` takes seven minutes;
// `npm run bench -- growth` shows how work on foreign text grows when the text doubles.
if (process.argv.includes('budget')) process.exitCode = (await benchBudget()) ? 0 : 1;
else if (process.argv.includes('storm')) await benchStorm();
else if (process.argv.includes('growth')) benchGrowth();
else if (process.argv.includes('watches')) await benchWatches();
else await benchCost(process.argv.includes('--full'));
