import type { ServerResponse } from 'node:http';

/** How soon a page comes back after its connection broke, in milliseconds. */
const reconnectMs = 1000;

/** Sends one event with its data as JSON. */
export type SendEvent = (event: string, data: unknown) => void;

/**
 * Opens a stream of server-sent events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
export function openEventStream(response: ServerResponse): SendEvent {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`retry: ${reconnectMs}\n\n`);
  return (event, data) => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
}
