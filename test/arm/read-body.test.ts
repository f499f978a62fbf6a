import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { BodyTooLarge, readBody } from '../../shared/arm/read-body.ts';

async function read(stream: Readable, timeoutMs = 5000): Promise<string> {
  const request = createPipelineRequest({ url: 'https://arm.example' });
  const answer = { request, status: 200, headers: createHttpHeaders() };
  return await readBody({ ...answer, readableStreamBody: stream }, timeoutMs);
}

const mebibyte = Buffer.alloc(1024 * 1024, 'x');

describe('a body', () => {
  it('is read whole, also when it is cut within a character', async () => {
    const bytes = Buffer.from('{"status":"🦊"}');
    const chunks = [bytes.subarray(0, 13), bytes.subarray(13)];
    expect(await read(Readable.from(chunks, { objectMode: false }))).toBe('{"status":"🦊"}');
  });

  it('may have four mebibytes, and is not read on after that', async () => {
    expect(await read(Readable.from([mebibyte, mebibyte, mebibyte, mebibyte]))).toHaveLength(
      4 * 2 ** 20,
    );
    const endless = Readable.from(Array.from({ length: 100 }, () => mebibyte));
    await expect(read(endless)).rejects.toThrow(BodyTooLarge);
    expect(endless.destroyed).toBe(true);
  });

  it('that stops coming is given up in time', async () => {
    const stream = new PassThrough();
    stream.write('{"status"');
    await expect(read(stream, 20)).rejects.toMatchObject({ name: 'AbortError' });
    expect(stream.destroyed).toBe(true);
  });

  it('that is cut off is none', async () => {
    const stream = new PassThrough();
    stream.write('{"status"');
    setImmediate(() => stream.destroy());
    await expect(read(stream)).rejects.toThrow('cut off');
  });
});
