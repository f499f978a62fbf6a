import { listenLocally, readBody, send, sendHalf, type Answer } from '../../local/arm/listen.ts';

/** What a notifier does with a request: answers it, breaks the connection, ends it without a word or half-way. */
export type NotifierTurn = Answer | 'reset' | 'nothing' | 'half';

/** A played notifier. */
export interface FakeNotifier extends AsyncDisposable {
  readonly url: string;
  /** The bodies of the requests that register an operation; `asked` are those that name none. */
  readonly registered: readonly string[];
  readonly asked: readonly string[];
  /** The keys that came with them. */
  readonly keys: ReadonlySet<string>;
}

/** What the app answers to a registration, as far as a caller needs it. */
export const created: Answer = { status: 201, body: { trackingId: 'op-1', channel: 'default' } };
/** What the app answers to a registration that lacks the operation and nothing else. */
export const lacksOperation: Answer = {
  status: 400,
  headers: { 'content-type': 'application/problem+json' },
  body: {
    title: 'Invalid request',
    errors: [{ pointer: '/operationId', message: 'must be an operation ID: "…" or \\ "pointer".' }],
  },
};

/** What a notifier does at one request after the other; the last stays. */
export interface NotifierTurns {
  /** When it is asked without an operation; default: as the app answers. */
  readonly asked?: readonly NotifierTurn[];
  /** When an operation is to be registered; default: it is. */
  readonly registered?: readonly NotifierTurn[];
}

/** Plays a notifier. */
export async function startFakeNotifier({
  asked: toAsked = [lacksOperation],
  registered: toRegistered = [created],
}: NotifierTurns = {}): Promise<FakeNotifier> {
  const asked: string[] = [];
  const registered: string[] = [];
  const keys = new Set<string>();
  const { url, close } = await listenLocally(async (request, response) => {
    keys.add(String(request.headers['x-functions-key']));
    const body = (await readBody(request)) ?? '';
    const [requests, turns] = body.includes('"operationId"')
      ? [registered, toRegistered]
      : [asked, toAsked];
    requests.push(body);
    const turn = turns[requests.length - 1] ?? turns.at(-1) ?? 'nothing';
    if (turn === 'reset') request.socket.resetAndDestroy();
    else if (turn === 'nothing') request.socket.destroy();
    else if (turn === 'half') sendHalf(response, created);
    else send(response, turn);
  });
  return { url, asked, registered, keys, [Symbol.asyncDispose]: close };
}
