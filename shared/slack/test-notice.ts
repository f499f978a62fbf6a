import type { IsoTime } from '../time.ts';
import { date, inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** Says that messages arrive: somebody asked for it. */
export function testNotice(channel: string, at: IsoTime): Notice {
  const name = inline(channel);
  return {
    lead: 'Test',
    name: `channel ${name}`,
    brief: null,
    headline: `Test: messages for the channel ${name} arrive here`,
    mention: null,
    tone: 'neutral',
    asksForAction: false,
    facts: null,
    said: null,
    links: [],
    context: ['AKS Operation Notifier', 'nothing has happened', `sent ${date(at)}`],
    ids: [],
  };
}
