import type { Boundary, Fate } from './engine.ts';
import type { Trouble } from './scenario.ts';

/** What a lasting trouble makes of a request; `null`: it is none of its concern. */
export function fateInTrouble(
  { channel, subscription, emptyPages }: Trouble,
  { side, place, name }: Boundary,
): Fate | null {
  if (channel !== undefined && side === 'slack' && place === channel.name)
    return fateOf(channel.how);
  if (subscription !== undefined && place === `subscription-${subscription.number}`)
    return fateOf(subscription.how);
  return emptyPages === true && side === 'table' && name === 'page'
    ? { kind: 'odd', how: 'emptyPage' }
    : null;
}

function fateOf(how: string): Fate {
  switch (how) {
    case 'hangs':
      // Longer than anybody waits; it never arrives.
      return { kind: 'delay', ms: 11_001 };
    case 'slow':
      return { kind: 'delay', ms: 9000 };
    default:
      return { kind: 'odd', how };
  }
}
