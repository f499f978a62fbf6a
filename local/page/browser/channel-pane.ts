import { nameDay } from '../dates.ts';
import type { Channel, PageMessage } from '../protocol.ts';
import { element } from './dom.ts';
import { drawMessage } from './message-view.ts';

/** The messages of one channel. */
export interface ChannelPane {
  readonly element: HTMLElement;
  /** Adds a message at the end; `live` ones move in. */
  add(message: PageMessage, live: boolean): void;
  scrollToNewest(): void;
  /** Whether the newest message is in sight. */
  isAtNewest(): boolean;
}

/** More than this many messages are not kept in one pane. */
const messageLimit = 300;

/** Within this many pixels of its end, a pane counts as scrolled to the end. */
const endTolerance = 80;

/** @param onScroll - called when what is in sight has changed */
export function createChannelPane(channel: Channel, onScroll: () => void): ChannelPane {
  const list = element('ol', {
    class: 'messages',
    role: 'log',
    'aria-live': 'polite',
    'aria-label': `Messages in #${channel.title}`,
  });
  const empty = element(
    'div',
    { class: 'empty' },
    element('strong', {}, 'Quiet here'),
    element('p', {}, `What the notifier posts to #${channel.title} appears here as it arrives.`),
  );
  // Focusable, so that a keyboard can scroll it.
  const pane = element('div', { class: 'pane', tabindex: '0' }, empty, list);
  pane.addEventListener('scroll', onScroll, { passive: true });
  let lastDay = '';

  function addDay(message: PageMessage): void {
    const day = nameDay(new Date(message.receivedAt), { now: new Date() });
    if (day === lastDay) return;
    lastDay = day;
    list.append(element('li', { class: 'day' }, element('span', {}, day)));
  }

  const isAtNewest = (): boolean =>
    pane.scrollHeight - pane.scrollTop - pane.clientHeight < endTolerance;

  function scrollToNewest(): void {
    pane.scrollTop = pane.scrollHeight;
  }

  return {
    element: pane,
    add: (message, live) => {
      const follow = isAtNewest();
      empty.remove();
      addDay(message);
      const drawn = drawMessage(message);
      if (live) drawn.classList.add('arriving');
      list.append(drawn);
      if (list.childElementCount > messageLimit) list.firstElementChild?.remove();
      if (follow) scrollToNewest();
    },
    scrollToNewest,
    isAtNewest,
  };
}
