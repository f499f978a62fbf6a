import { startArm } from '../local/arm/server.ts';
import { startSlack } from '../local/slack/server.ts';
import { operationArmId } from '../shared/domain/reference.ts';
import { channels, operationsOf, quietClusters, statusOf } from './fleet.ts';

/** ARM at 20 ms and Slack in a process of their own, so that their CPU time is not counted as ours. */
const [size, subscriptions, perCluster, clusters = 0] = process.argv.slice(2).map(Number);
if (size === undefined || subscriptions === undefined || perCluster === undefined)
  throw new Error(
    'stand-ins.ts <operations> <subscriptions> <operations on a cluster> [<clusters without any>]',
  );
const arm = await startArm({ latencyMs: 20, pageSize: 100 });
for (const quiet of quietClusters(clusters, subscriptions)) arm.addCluster(quiet);
const slack = await startSlack();
operationsOf({ size, subscriptions, perCluster }).forEach((reference, index) =>
  arm.set(operationArmId(reference), statusOf(index)),
);
process.send?.({
  armUrl: arm.url,
  identityEnv: arm.identityEnv,
  webhooks: Array.from({ length: channels }, (_, channel) => slack.webhookUrl(`c${channel}`)),
});
process.on('disconnect', () => process.exit());
