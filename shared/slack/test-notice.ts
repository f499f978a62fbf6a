import type { IsoTime } from '../time.ts';
import { bold, date, inline } from './mrkdwn.ts';
import type { Notice } from './notice.ts';

/** Says that messages arrive: somebody asked for it. */
export function testNotice(channel: string, at: IsoTime): Notice {
  const name = inline(channel);
  return {
    lead: 'Test',
    id: `test ${at}`,
    headline: `Test: messages for the channel ${name} arrive here`,
    mention: null,
    tone: 'neutral',
    summary: `${bold('Nothing has happened.')} Somebody asked whether this app can post here.`,
    problems: [],
    fields: [
      ['Channel', name],
      ['Sent', date(at)],
    ],
    links: [],
    context: ['AKS Operation Notifier'],
  };
}
