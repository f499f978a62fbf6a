import type { HttpRequest } from '@azure/functions';
import { invalidRequest, Problem } from './problem.ts';

const maxBytes = 16 * 1024;

/** The request's JSON body, of at most 16 KiB; rejects with a {@link Problem} (400, 411, 413, 415). */
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
  if (bytes.length === 0)
    throw invalidRequest([{ pointer: '', message: 'The body is empty: send a JSON object.' }]);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalidRequest([{ pointer: '', message: 'The body is not valid JSON in UTF-8.' }]);
  }
}

/** The host has read the body as a whole, and refused what is far larger. */
async function readBytes(request: HttpRequest): Promise<Uint8Array> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > maxBytes)
    throw new Problem(413, 'Content too large', 'The body must be at most 16 KiB.');
  if (bytes.length === 0 && request.headers.has('transfer-encoding')) throw lengthRequired();
  return bytes;
}

/** The Functions host passes on no body that comes in chunks (github.com/Azure/azure-functions-host/issues/4926). */
function lengthRequired(): Problem {
  return new Problem(
    411,
    'Length required',
    'Azure Functions does not take a body in chunks: send it with a Content-Length.',
  );
}
