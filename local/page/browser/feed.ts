import type * as z from 'zod';
import type { Snapshot } from '../../operations-watch.ts';
import { pageMessage, pageState, snapshot, unplugged } from '../protocol.ts';
import type { PageMessage, PageState, Unplugged } from '../protocol.ts';

/** What the page receives. */
export interface FeedListeners {
  /** On the first connection and after each interruption: everything there is. */
  readonly onState: (state: PageState) => void;
  readonly onMessage: (message: PageMessage) => void;
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onUnplugged: (unplugged: Unplugged) => void;
  /** The page's own server is gone, or back. */
  readonly onConnection: (connected: boolean) => void;
}

/**
 * Connects to the page's server for as long as the page lives; the browser reconnects by itself.
 *
 * The stream opens first and the state is fetched then, so that nothing falls between the two; a
 * message that comes on both ways is recognised by its sequence number.
 */
export function openFeed(listeners: FeedListeners): void {
  const source = new EventSource('/events');
  let ready: Promise<void> = Promise.resolve();

  async function fetchState(): Promise<void> {
    const response = await fetch('/state');
    listeners.onState(pageState.parse(await response.json()));
  }

  function listen<Schema extends z.ZodType>(
    event: string,
    schema: Schema,
    listener: (data: z.output<Schema>) => void,
  ): void {
    source.addEventListener(event, ({ data }: MessageEvent<string>) => {
      void ready.then(() => listener(schema.parse(JSON.parse(data))));
    });
  }

  source.addEventListener('open', () => {
    listeners.onConnection(true);
    // When it fails the server is gone again, and the stream says so too.
    ready = fetchState().catch(() => undefined);
  });
  source.addEventListener('error', () => listeners.onConnection(false));
  listen('message', pageMessage, listeners.onMessage);
  listen('snapshot', snapshot, listeners.onSnapshot);
  listen('unplugged', unplugged, listeners.onUnplugged);
}
