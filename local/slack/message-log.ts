import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { z } from 'zod';

import { parseJson } from '../arm/listen.ts';

const messageSchema = z.object({
  /** As given to `webhookUrl`. */
  channel: z.string(),
  /** ISO 8601, UTC. */
  receivedAt: z.string(),
  /** 1 for the first message ever, counted over all channels and restarts. */
  sequence: z.number(),
  /** The JSON that was sent. */
  payload: z.unknown(),
});

/** A message that was accepted. */
export type SlackMessage = Readonly<z.infer<typeof messageSchema>>;

/** The accepted messages, oldest first, kept as JSON lines in `stateFile` when there is one. */
export function createMessageLog(stateFile?: string) {
  const messages = stateFile === undefined ? [] : load(stateFile);
  const listeners = new Set<(message: SlackMessage) => void>();

  function append(channel: string, receivedAt: string, payload: unknown): void {
    const sequence = (messages.at(-1)?.sequence ?? 0) + 1;
    const message: SlackMessage = { channel, receivedAt, sequence, payload };
    // On disk before the sender hears `ok`.
    if (stateFile !== undefined) appendFileSync(stateFile, `${JSON.stringify(message)}\n`);
    messages.push(message);
    for (const listener of listeners) listener(message);
  }

  /** Calls `listener` for every message from now on, until the returned function is called. */
  function onMessage(listener: (message: SlackMessage) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  return { messages, append, onMessage };
}

function load(file: string): SlackMessage[] {
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  // A line that was cut off by a kill is left out, and must not swallow the next one.
  if (text !== '' && !text.endsWith('\n')) appendFileSync(file, '\n');
  return text.split('\n').flatMap((line) => {
    const message = messageSchema.safeParse(parseJson(line));
    return message.success ? [message.data] : [];
  });
}
