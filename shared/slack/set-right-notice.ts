import { armIdOf, type ClusterReference } from '../domain/scope.ts';
import type { SetRightMessage } from '../domain/watch.ts';
import { restoredWords } from './state-and-change-words.ts';
import { date, inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** Says that what had failed in a watched cluster is as it should be, where no operation's ending says so. */
export function setRightNotice(
  cluster: ClusterReference,
  { at, restored }: SetRightMessage,
  portal: string,
): Notice {
  const name = inline(cluster.resourceName);
  const resource = `${portal}/#resource${encodeURI(armIdOf(cluster))}`;
  return {
    lead: 'Set right again',
    name,
    brief: null,
    headline: `Set right again: ${name}: ${restoredWords(restored, at)}`,
    mention: null,
    tone: 'good',
    asksForAction: false,
    facts: 'Azure shows it as Succeeded. No message about an operation has said so.',
    said: null,
    links: [
      { url: resource, label: 'Portal' },
      { url: `${resource}/eventlogs`, label: 'Activity log' },
    ],
    context: [inline(cluster.resourceGroupName), `seen ${date(at)}`],
    ids: [`Subscription ${inline(cluster.subscriptionId)}`],
  };
}
