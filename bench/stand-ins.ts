import { startArm } from '../local/arm/server.ts';
import { startSlack } from '../local/slack/server.ts';
import { armIds, spread, statusOf } from './fleet.ts';

/** ARM at 20 ms and Slack in a process of their own, so that their CPU time is not counted as ours. */
const size = Number(process.argv[2]);
const arm = await startArm({ latencyMs: 20 });
const slack = await startSlack();
armIds(size).forEach((id, index) => arm.set(id, statusOf(index)));
process.send?.({
  armUrl: arm.url,
  identityEnv: arm.identityEnv,
  webhooks: Array.from({ length: spread.channels }, (_, channel) =>
    slack.webhookUrl(`c${channel}`),
  ),
});
process.on('disconnect', () => process.exit());
