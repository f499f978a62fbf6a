import { armIdOf, type ClusterReference } from '../domain/scope.ts';
import { elapsed, formatDuration } from '../time.ts';
import type { GapMessage } from '../domain/watch.ts';
import { date, inline } from './mrkdwn.ts';
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
    name,
    brief: `operations of ${gap}`,
    headline: `May have been missed: ${name}, operations of ${gap}`,
    mention: null,
    tone: 'warning',
    asksForAction: false,
    facts: null,
    advice: {
      cause:
        'Azure lists a cluster’s newest 50 operations, and all of them are new since the last look. What began and ended before these is not listed any more and was not posted.',
      step: 'See in the activity log what ran then.',
      command: null,
      note: null,
      page: null,
    },
    said: null,
    links: [{ url: `${portal}/#resource${encodeURI(armId)}/eventlogs`, label: 'Activity log' }],
    context: [inline(cluster.resourceGroupName), `from ${date(after)} to ${date(at)}`],
    ids: [`Subscription ${inline(cluster.subscriptionId)}`],
  };
}
