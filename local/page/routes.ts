import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { NotifierApi } from '../notifier-api.ts';
import type { OperationsWatch } from '../operations-watch.ts';
import { openEventStream } from './events.ts';
import type { SendEvent } from './events.ts';
import { startTryOperation } from './try-operation.ts';
import type { OperationStarter } from './try-operation.ts';
import { tryOperation, unplugged } from './protocol.ts';
import type { Channel, Unplugged } from './protocol.ts';

/** A message as the Slack stand-in keeps it. */
export interface ReceivedMessage {
  readonly channel: string;
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
  readonly sequence: number;
  readonly payload: unknown;
}

/** What the page shows, and what it may do. */
export interface PageNeeds {
  /** In the order in which they are shown. */
  readonly channels: readonly Channel[];
  readonly slack: {
    readonly messages: readonly ReceivedMessage[];
    onMessage(listener: (message: ReceivedMessage) => void): () => void;
  };
  readonly starter: OperationStarter;
  /** Cuts the stand-ins off from the product, or connects them again. */
  readonly unplug: (unplugged: Unplugged) => void;
  readonly api: Pick<NotifierApi, 'get' | 'register'>;
  readonly watch: OperationsWatch;
}

/** One thing that the page's server answers. `parameter` is the path's first group. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: RegExp;
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    parameter: string,
  ): Promise<void> | void;
}

/** The page shows this many of the newest messages. */
const messageLimit = 500;

/** The page's own small API, beside its files. */
export function createRoutes(needs: PageNeeds): Route[] {
  const streams = new Set<SendEvent>();
  let cutOff: Unplugged = { arm: false, slack: false, store: false };

  return [
    {
      method: 'GET',
      path: /^\/state$/,
      answer: (_request, response) => {
        sendJson(response, 200, {
          channels: needs.channels,
          messages: needs.slack.messages.slice(-messageLimit),
          scenarios: needs.starter.scenarios,
        });
      },
    },
    {
      method: 'GET',
      path: /^\/events$/,
      answer: (_request, response) => {
        const send = openEventStream(response);
        streams.add(send);
        send('unplugged', cutOff);
        const endings = [
          needs.slack.onMessage((message) => send('message', message)),
          needs.watch.subscribe((snapshot) => send('snapshot', snapshot)),
          () => streams.delete(send),
        ];
        response.on('close', () => {
          for (const end of endings) end();
        });
      },
    },
    {
      method: 'GET',
      path: /^\/operations\/([\w.~-]+)$/,
      answer: async (_request, response, trackingId) => {
        const answer = await needs.api.get(trackingId);
        sendJson(response, answer.status, await answer.json());
      },
    },
    {
      method: 'POST',
      path: /^\/try\/operations$/,
      answer: async (request, response) => {
        const wish = tryOperation.parse(await json(request));
        sendJson(response, 201, await startTryOperation(wish, needs));
      },
    },
    {
      method: 'PUT',
      path: /^\/try\/faults$/,
      answer: async (request, response) => {
        cutOff = unplugged.parse(await json(request));
        needs.unplug(cutOff);
        for (const send of streams) send('unplugged', cutOff);
        sendJson(response, 200, cutOff);
      },
    },
  ];
}

/** Sends a JSON answer. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
