import { isKnownVersion } from '../domain/api-versions.ts';
import type { MoveMessage } from '../domain/version-choices.ts';
import { bold, date, inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** Says that the app reads operations with another api-version than before: nobody has to do anything. */
export function moveNotice(move: MoveMessage): Notice {
  const { at, code, location, subscriptionId } = move;
  const [from, to] = [inline(move.from, 40), inline(move.to, 40)];
  const where = location === null ? `subscription ${inline(subscriptionId)}` : inline(location);
  const unknown = isKnownVersion(move.to)
    ? ''
    : ' The app was not tested with it: while it is in use, “not found” does not end the tracking of an operation. A newer release of the app may know it.';
  return {
    lead: 'Moved',
    id: `api-version ${from} → ${to}`,
    headline: `Moved: api-version ${from} → ${to} (${where})`,
    mention: null,
    tone: isKnownVersion(move.to) ? 'neutral' : 'warning',
    summary: `${bold('The app reads operations with another api-version of AKS, as Azure does not take the old one any more or not yet.')} No reading was lost, and nothing is to be done.${unknown}`,
    problems: [],
    fields: [
      ['From', from],
      ['To', to],
      ['Why', `Azure refused ${from}${code === '' ? '' : ` (${inline(code, 80)})`}`],
      ['Seen first in', where],
      ['At', date(at)],
    ],
    links: [],
    context: [
      'AKS Operation Notifier',
      `subscription ${inline(subscriptionId)}`,
      'posted once, wherever the app moves from the one to the other',
    ],
  };
}
