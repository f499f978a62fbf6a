import type { PipelineResponse } from '@azure/core-rest-pipeline';

/** No operation status is this long. */
const maxBytes = 4 * 1024 * 1024;

/** A body of more than 4 MiB; the rest of it was not read. */
export class BodyTooLarge extends Error {}

/** Reads a body that comes as a stream, in at most `timeoutMs`; rejects with an `AbortError` when that is too short. */
export async function readBody(answer: PipelineResponse, timeoutMs: number): Promise<string> {
  const stream = answer.readableStreamBody;
  if (stream === undefined) return answer.bodyAsText ?? '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let length = 0;
  const giveUp = (error: Error): void => {
    reject(error);
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
  };
  const timer = setTimeout(
    () => giveUp(new DOMException('The body did not come in time.', 'AbortError')),
    timeoutMs,
  );
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) giveUp(new BodyTooLarge());
  });
  stream.on('error', reject);
  stream.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  stream.on('close', () => reject(new Error('The body was cut off.')));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
