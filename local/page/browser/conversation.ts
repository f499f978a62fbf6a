import type { Channel, PageMessage } from '../protocol.ts';
import { createChannelPane } from './channel-pane.ts';
import type { ChannelPane } from './channel-pane.ts';
import { element, find, setText } from './dom.ts';
import { createReadMarks } from './read-marks.ts';

/** The channels and what was posted to them. */
export interface Conversation {
  /** Adds a message; one that is there already is passed over. */
  add(message: PageMessage, live: boolean): void;
}

interface Room {
  readonly channel: Channel;
  readonly pane: ChannelPane;
  readonly tab: HTMLButtonElement;
  readonly badge: HTMLElement;
  newest: number;
  unread: number;
}

/** Draws the channel list and the pane of the selected channel. */
export function createConversation(channels: readonly Channel[]): Conversation {
  const jump = find('jump', HTMLButtonElement);
  const marks = createReadMarks();
  const rooms = channels.map(createRoom);
  let current = rooms[0];

  function createRoom(channel: Channel): Room {
    const badge = element('span', { class: 'unread', hidden: '' });
    const name = element('span', { class: 'channel-name' }, channel.title);
    const tab = element('button', { type: 'button', class: 'channel' }, name, badge);
    const pane = createChannelPane(channel, () => showJump());
    const room = { channel, pane, tab, badge, newest: 0, unread: 0 };
    pane.element.hidden = true;
    tab.addEventListener('click', () => select(room));
    find('channels', HTMLUListElement).append(element('li', {}, tab));
    find('panes', HTMLDivElement).append(pane.element);
    return room;
  }

  function select(room: Room): void {
    current = room;
    for (const other of rooms) {
      other.pane.element.hidden = other !== room;
      if (other === room) other.tab.setAttribute('aria-current', 'page');
      else other.tab.removeAttribute('aria-current');
    }
    setText(find('channel-title', HTMLHeadingElement), room.channel.title);
    markRead(room);
    room.pane.scrollToNewest();
    showJump();
  }

  function markRead(room: Room): void {
    room.unread = 0;
    room.badge.hidden = true;
    marks.set(room.channel.name, room.newest);
  }

  function showJump(): void {
    jump.hidden = current === undefined || current.pane.isAtNewest();
  }

  jump.addEventListener('click', () => current?.pane.scrollToNewest());
  if (current !== undefined) select(current);

  return {
    add: (message, live) => {
      const room = rooms.find(({ channel }) => channel.name === message.channel);
      if (room === undefined || message.sequence <= room.newest) return;
      room.newest = message.sequence;
      room.pane.add(message, live);
      if (room === current) markRead(room);
      else if (message.sequence > marks.get(room.channel.name)) countUnread(room);
      showJump();
    },
  };
}

function countUnread(room: Room): void {
  room.unread += 1;
  room.badge.hidden = false;
  setText(room.badge, String(room.unread));
  room.badge.setAttribute('aria-label', `${room.unread} unread`);
}
