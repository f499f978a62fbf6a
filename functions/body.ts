import type { HttpRequest } from '@azure/functions';
import { invalidRequest, Problem } from './problem.ts';

const maxBytes = 16 * 1024;

/** The request's JSON body, of at most 16 KiB; rejects with a {@link Problem} (400, 413, 415). */
export async function readJson(request: HttpRequest): Promise<unknown> {
  checkType(request);
  return parse(await readBytes(request));
}

/** As {@link readJson}; a request without a body says what an empty object does. */
export async function readJsonIfAny(request: HttpRequest): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return {};
  checkType(request);
  return parse(bytes);
}

function checkType({ headers }: HttpRequest): void {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new Problem(
      415,
      'Unsupported media type',
      'Send the body as Content-Type: application/json.',
    );
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalidRequest([{ pointer: '', message: 'The body is not valid JSON in UTF-8.' }]);
  }
}

async function readBytes(request: HttpRequest): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): Problem {
  return new Problem(413, 'Content too large', 'The body must be at most 16 KiB.');
}
