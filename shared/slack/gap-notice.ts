import { armIdOf, type ClusterReference } from '../domain/scope.ts';
import { elapsed, formatDuration } from '../time.ts';
import type { GapMessage } from '../domain/watch.ts';
import { bold, date, inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** Says that a watched cluster may have had operations that nobody saw. */
export function gapNotice(
  cluster: ClusterReference,
  { at, after }: GapMessage,
  portal: string,
): Notice {
  const name = inline(cluster.resourceName);
  const armId = armIdOf(cluster);
  const gap = formatDuration(elapsed(after, at));
  return {
    lead: 'May have been missed',
    id: `cluster ${name}`,
    headline: `May have been missed: ${name}, operations of ${gap}`,
    mention: null,
    tone: 'warning',
    summary: `${bold('Azure lists a cluster’s newest 50 operations, and all of them are new')} since it was looked at before. What began and ended before these is not listed any more and was not told.`,
    problems: [],
    fields: [
      ['Cluster', name],
      ['Resource group', inline(cluster.resourceGroupName)],
      ['Looked at before', date(after)],
      ['And then', date(at)],
    ],
    links: [{ url: `${portal}/#resource${encodeURI(armId)}/eventlogs`, label: 'Activity log' }],
    context: [`Subscription ${inline(cluster.subscriptionId)}`],
  };
}
