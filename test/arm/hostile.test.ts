import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listenLocally } from '../../local/arm/listen.ts';
import { createArmReader } from '../../shared/arm/client.ts';
import { pinnedTo } from '../../shared/arm/version-source.ts';
import { parseCloudError, parseOperationStatus } from '../../shared/arm/parse.ts';
import { parseJson } from '../../shared/domain/foreign-json.ts';
import { outboxLimit } from '../../shared/domain/outbox.ts';
import { judge, withEvents } from '../../shared/domain/apply-reading.ts';
import { flatten } from '../../shared/domain/error-detail.ts';
import type { Reading, SeenStatus } from '../../shared/domain/reading.ts';
import { operationKey, operationColumns, toOperation } from '../../shared/store/operation-row.ts';
import { minutes, reference, start } from '../support/operation-builders.ts';
import { someOperation } from '../support/operations.ts';

const repeated = (text: string, count: number): string => text.repeat(count);
const list = (count: number, item: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => item(at)).join();

/** Bodies as no service sends them, each a whole JSON text that has a status. */
const bodies: readonly [string, string][] = [
  [
    'an error 10,000 levels deep',
    `{"status":"Failed","error":${repeated('{"code":"Deep","details":[', 10_000)}${repeated(']}', 10_000)}}`,
  ],
  [
    'an error 10,000 levels deep, a long one beside each',
    `{"status":"Failed","error":${repeated(`{"code":"${repeated('x', 150)}","details":[{"code":"${repeated('y', 150)}"},`, 10_000)}{}${repeated(']}', 10_000)}}`,
  ],
  [
    '100,000 details',
    `{"status":"Failed","error":{"code":"Wide","details":[${list(100_000, (at) => `{"code":"C${at}"}`)}]}}`,
  ],
  [
    'a list 100,000 levels deep for an error',
    `{"status":"Failed","error":${repeated('[', 100_000)}${repeated(']', 100_000)}}`,
  ],
  [
    '100,000 levels of additional info',
    `{"status":"Failed","error":{"code":"A","additionalInfo":${repeated('{"info":', 100_000)}1${repeated('}', 100_000)}}}`,
  ],
  [
    '100,000 sub-operations with errors',
    `{"status":"Failed","operations":[${list(100_000, (at) => `{"status":"Failed","error":{"code":"C${at}"}}`)}]}`,
  ],
  ['100,000 fields', `{${list(100_000, (at) => `"f${at}":${at}`)},"status":"Failed"}`],
  [
    'a message of 4 MB of escapes',
    `{"status":"Failed","error":{"code":"A","message":"${repeated('\\u0000\\ud800', 300_000)}"}}`,
  ],
  ['a status of 4 MB', `{"status":"Failed: ${repeated('&', 4_000_000)}"}`],
  ['a field __proto__', '{"__proto__":{"status":"Succeeded"},"status":"Failed"}'],
  [
    '__proto__ and constructor for an error',
    '{"status":"Failed","error":{"__proto__":{"code":"A"},"constructor":{"code":"B"},"details":[{"__proto__":[]}]}}',
  ],
  ['two statuses', '{"status":"Succeeded","status":"Failed"}'],
  ['numbers out of range', '{"status":"Failed","percentComplete":1e400,"startTime":1e400}'],
  ['numbers as texts', '{"status":"Failed","percentComplete":"40","startTime":"1e400"}'],
  [
    'years out of range',
    '{"status":"Failed","startTime":"+275760-09-13T00:00:00Z","endTime":"-271821-04-20T00:00:00Z"}',
  ],
  [
    'half characters',
    '{"status":"Failed\\ud800","error":{"code":"\\udc00","message":"\\ud83d","target":"\\ud800x"}}',
  ],
  [
    'a list for every text',
    '{"status":"Failed","error":{"code":[],"message":{},"target":[[]],"details":{}}}',
  ],
];

const readingOf = (seen: SeenStatus, at: number): Reading => ({
  at: minutes(at),
  notBefore: null,
  result: { ok: true, seen },
});

/** So many errors, alike but for the last one. */
const errorsUpTo = (count: number, last: string): { code: string }[] =>
  Array.from({ length: count }, (_, at) => ({ code: at === count - 1 ? last : `C${at}` }));

/** The fingerprint of an operation with so many sub-operations that failed. */
function printOfParts(count: number, last: string): string | null | undefined {
  const operations = errorsUpTo(count, last).map((error) => ({ error }));
  return parseOperationStatus({ status: 'Failed', operations }, start)?.errorFingerprint;
}

/** The fingerprint of an error with so many details. */
function printOfDetails(count: number, last: string): string | null | undefined {
  const error = { code: 'Wide', details: errorsUpTo(count, last) };
  return parseOperationStatus({ status: 'Failed', error }, start)?.errorFingerprint;
}

describe('a body with', () => {
  it.each(bodies)(
    '%s is read, kept small, and stored so that it can be read back',
    (_name, text) => {
      const seen = parseOperationStatus(parseJson(text), start);
      expect(seen?.status.slice(0, 6)).toBe('Failed');
      if (seen === null) return;
      expect(JSON.stringify(seen).length).toBeLessThan(19_000);
      expect(seen.error === null ? 0 : flatten(seen.error).length).toBeLessThanOrEqual(40);
      expect(seen.percentComplete).toBeNull();

      // As many of these as one row may have to hold.
      let operation = someOperation({ nextCheckAt: start });
      for (let at = 0; at < outboxLimit; at += 1) {
        const policy = { stalledAfterMs: 0, giveUpAfterMs: 1e12 };
        const running = { ...seen, status: `Phase${at}`, errorFingerprint: `print${at}` };
        const { judged, events } = judge(
          operation,
          readingOf(running, at + 1),
          policy,
          minutes(at + 1),
        );
        operation = withEvents(judged, events, minutes(at + 1));
      }
      expect(operation.outbox.owed.length).toBeGreaterThan(outboxLimit - 2);
      const columns = operationColumns(operation);
      const characters = Object.entries(columns).flat().join('').length;
      expect(characters).toBeLessThan(500_000);
      const row = { key: operationKey(operation.trackingId), etag: '', columns };
      expect(toOperation(row)).toEqual(operation);
    },
  );

  it('more than a thousand sub-operations, or five thousand errors, is not looked at to its end', () => {
    expect(printOfParts(1000, 'Last')).not.toBe(printOfParts(1000, 'Other'));
    expect(printOfParts(1001, 'Last')).toBe(printOfParts(1001, 'Other'));
    expect(printOfDetails(4999, 'Last')).not.toBe(printOfDetails(4999, 'Other'));
    expect(printOfDetails(5000, 'Last')).toBe(printOfDetails(5000, 'Other'));
  });

  it('an error answer is as small', () => {
    const wrapped = bodies.map(([, text]) => parseCloudError(parseJson(text)));
    for (const error of wrapped) expect(JSON.stringify(error).length).toBeLessThan(8000);
    expect(parseCloudError({ code: '\u0000' })).toBeNull();
    expect(parseCloudError({ error: { code: ' \n' } })).toBeNull();
  });
});

/** Reads from a server that does this, in at most so many milliseconds. */
async function read(
  handle: (response: ServerResponse) => void,
  timeoutMs: number,
): Promise<{ result: Reading['result']; isCutOff: boolean }> {
  const closed = Promise.withResolvers<boolean>();
  const listening = await listenLocally((_request, response) => {
    response.on('close', () => closed.resolve(!response.writableFinished));
    handle(response);
  });
  await using server = { ...listening, [Symbol.asyncDispose]: listening.close };
  const { readStatus } = createArmReader({
    endpoint: server.url,
    versions: pinnedTo('x'),
    tokens: { get: async () => 'token', insteadOf: async () => null },
    clock: () => new Date(start),
  });
  const { result } = await readStatus(reference, timeoutMs);
  return { result, isCutOff: await closed.promise };
}

describe('an answer', () => {
  it('that comes byte by byte is given up in time', async () => {
    let timer: NodeJS.Timeout | undefined;
    const { result, isCutOff } = await read((response) => {
      response.writeHead(200);
      timer = setInterval(() => response.write(' '), 10);
    }, 150);
    clearInterval(timer);
    expect(result).toMatchObject({ failure: { cause: 'network', code: 'Timeout' } });
    expect(isCutOff).toBe(true);
  });

  it('that is packed, as nobody asked for, is not unpacked: it may be a thousand times as long', async () => {
    const packed = gzipSync('{"status":"Succeeded"}');
    const { result } = await read((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
    }, 5000);
    expect(result).toMatchObject({ failure: { code: 'MalformedAnswer' } });
  });

  it('without end is not read to its end', async () => {
    const { result, isCutOff } = await read((response) => {
      response.writeHead(200);
      const pour = (): void => {
        while (!response.destroyed && response.write(' '.repeat(64 * 1024)));
        response.once('drain', pour);
      };
      pour();
    }, 5000);
    expect(result).toMatchObject({ failure: { code: 'AnswerTooLarge' } });
    expect(isCutOff).toBe(true);
  });
});
