import type { Boundary, Fate } from './engine.ts';
import type { Trouble } from './scenario.ts';

/** What a lasting trouble makes of a request, so many seconds from the beginning; `null`: it is none of its concern. */
export function fateInTrouble(
  { channel, subscription, reads = {}, emptyPages }: Trouble,
  { side, place, name }: Boundary,
  seconds: number,
): Fate | null {
  if (channel !== undefined && side === 'slack' && place === channel.name)
    return seconds < (channel.until ?? Number.POSITIVE_INFINITY) ? fateOf(channel.how) : null;
  if (subscription !== undefined && place === `subscription-${subscription.number}`) {
    const { during = [[0, Number.POSITIVE_INFINITY]], how } = subscription;
    return during.some(([from, to]) => seconds >= from && seconds < to) ? fateOf(how) : null;
  }
  const read = side === 'arm' ? reads[name] : undefined;
  if (read !== undefined) return fateOf(read);
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
