import { isKnownVersion } from '../domain/known-versions.ts';
import type { MoveMessage } from '../domain/version-choices.ts';
import { date, inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** Says that the app reads operations with another api-version than before: nobody has to do anything. */
export function moveNotice(move: MoveMessage): Notice {
  const { at, code, location, subscriptionId } = move;
  const [from, to] = [inline(move.from, 40), inline(move.to, 40)];
  const where = location === null ? 'one subscription' : inline(location);
  const unknown = isKnownVersion(move.to)
    ? ''
    : ' The app was not tested with it: while it is in use, “not found” does not end the tracking of an operation. A newer release of the app may know it.';
  return {
    lead: 'Moved',
    name: `api-version ${to}`,
    brief: null,
    headline: `Moved: api-version ${from} → ${to} (${where})`,
    mention: null,
    tone: isKnownVersion(move.to) ? 'neutral' : 'warning',
    asksForAction: false,
    facts: `Azure refused the old one. No reading was lost, and nothing is to be done.${unknown}`,
    said: code === '' ? null : { code, target: null, message: null },
    links: [],
    context: ['AKS Operation Notifier', 'posted once for each move', date(at)],
    ids: [`Subscription ${inline(subscriptionId)}`],
  };
}
