import type { Snapshot } from '../../operations-watch.ts';
import type { PageMessage, PageState, Unplugged } from '../wire.ts';

/** What the page is told. */
export interface FeedListeners {
  /** On the first connection and after each interruption: everything there is. */
  onState(state: PageState): void;
  onMessage(message: PageMessage): void;
  onSnapshot(snapshot: Snapshot): void;
  onUnplugged(unplugged: Unplugged): void;
  /** The page's own server is gone, or back. */
  onConnection(connected: boolean): void;
}

/**
 * Connects to the page's server for as long as the page lives; the browser reconnects by itself.
 *
 * The stream opens first and the state is fetched then, so that nothing falls between the two; a
 * message that comes on both ways is told apart by its sequence number.
 */
export function openFeed(listeners: FeedListeners): void {
  const source = new EventSource('/events');
  let ready: Promise<void> = Promise.resolve();

  async function fetchState(): Promise<void> {
    const response = await fetch('/state');
    // Our own server's words: its types and these come from one file.
    const state = (await response.json()) as PageState;
    listeners.onState(state);
  }

  function listen<Data>(event: string, listener: (data: Data) => void): void {
    source.addEventListener(event, (message: MessageEvent<string>) => {
      // As above: the page's server wrote it.
      const data = JSON.parse(message.data) as Data;
      void ready.then(() => listener(data));
    });
  }

  source.addEventListener('open', () => {
    listeners.onConnection(true);
    // When it fails the server is gone again, and the stream says so too.
    ready = fetchState().catch(() => undefined);
  });
  source.addEventListener('error', () => listeners.onConnection(false));
  listen<PageMessage>('message', listeners.onMessage);
  listen<Snapshot>('snapshot', listeners.onSnapshot);
  listen<Unplugged>('unplugged', listeners.onUnplugged);
}
