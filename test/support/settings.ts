import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { Arm } from '../../local/arm/server.ts';
import type { Slack } from '../../local/slack/server.ts';

/** App settings that join the app to Azurite (tables of its own) and to the stand-ins. */
export function settingsFor(arm: Arm, slack: Slack): Record<string, string> {
  return {
    AzureWebJobsStorage: inject('storage'),
    OPERATIONS_TABLE: `T${randomBytes(8).toString('hex')}`,
    SLACK_WEBHOOK_URL: slack.webhookUrl('default'),
    SLACK_WEBHOOK_URL_PAYMENTS: slack.webhookUrl('payments'),
    ARM_ENDPOINT: arm.url,
    ...arm.identityEnv,
  };
}

/** A cluster that no other test uses. */
export function someCluster(): {
  subscriptionId: string;
  resourceGroupName: string;
  resourceName: string;
} {
  const hex = randomBytes(6).toString('hex');
  return {
    subscriptionId: `00000000-0000-4000-8000-${hex}`,
    resourceGroupName: `rg-${hex}`,
    resourceName: `aks-${hex}`,
  };
}
