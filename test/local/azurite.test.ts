import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { describe, expect, it } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import type { Azurite } from '../../local/azurite.ts';
import { startChild } from '../../local/child-process.ts';
import { SOON } from '../support/host-fixture.ts';

/** A loaded machine starts Azurite in seconds. */
const SLOW = { timeout: 30_000 };

/** Of the account that Azurite has without settings (its README, "Default Storage Account"). */
const wellKnownKey =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

async function makeFolder() {
  const path = await mkdtemp(join(tmpdir(), 'azurite-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function occupyPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { port, [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')) };
}

function openTable(azurite: Azurite, name: string): TableClient {
  return TableClient.fromConnectionString(azurite.connectionString, name, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
}

describe('startAzurite', () => {
  it(
    'serves tables from memory on a free port of this machine until it is stopped',
    SLOW,
    async () => {
      await using azurite = await startAzurite();
      const table = openTable(azurite, 'Memory');
      await table.createTable();
      await table.createEntity({ partitionKey: 'p', rowKey: 'r' });
      expect((await table.getEntity('p', 'r')).rowKey).toBe('r');
      expect(azurite.connectionString).toContain(
        `TableEndpoint=http://127.0.0.1:${azurite.port}/devstoreaccount1`,
      );
      await azurite.stop();
      expect(await azurite.exited).toEqual({ code: 0, signal: null });
      await expect(table.getEntity('p', 'r')).rejects.toThrow('ECONNREFUSED');
    },
  );

  it('takes no key that others know', SLOW, async () => {
    await using azurite = await startAzurite();
    const known = azurite.connectionString.replace(/(?<=AccountKey=)[^;]+/, wellKnownKey);
    const table = openTable({ ...azurite, connectionString: known }, 'Foreign');
    await expect(table.createTable()).rejects.toMatchObject({ statusCode: 403 });
    await openTable(azurite, 'Foreign').createTable();
  });

  it('loses nothing when it is stopped, and has its folder for itself', SLOW, async () => {
    await using folder = await makeFolder();
    await using first = await startAzurite({ location: folder.path });
    await openTable(first, 'Kept').createTable();
    await openTable(first, 'Kept').createEntity({ partitionKey: 'p', rowKey: 'r' });
    await expect(startAzurite({ location: folder.path })).rejects.toThrow(
      'The folder is in use by process',
    );
    await first.stop();
    expect(await readdir(folder.path)).not.toContain('azurite.pid');

    await using second = await startAzurite({ location: folder.path });
    expect((await openTable(second, 'Kept').getEntity('p', 'r')).rowKey).toBe('r');
    await second.kill();
    expect(await second.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await readdir(folder.path)).toContain('azurite.pid');

    await using third = await startAzurite({ location: folder.path });
    expect(third.port).toBeGreaterThan(0);
  });

  it('says that the port is taken when it was given one', SLOW, async () => {
    await using taken = await occupyPort();
    await expect(startAzurite({ port: taken.port })).rejects.toThrow('EADDRINUSE');
  });

  it('looks for another port when the free one was taken meanwhile', SLOW, async () => {
    await using taken = await occupyPort();
    const free = await occupyPort();
    await free[Symbol.asyncDispose]();
    const ports = [taken.port, free.port];
    await using azurite = await startAzurite({ findPort: async () => ports.shift() ?? 0 });
    expect(azurite.port).toBe(free.port);
  });
});

describe('when the parent is killed', () => {
  it('the host ends, and Azurite ends with everything written', SLOW, async () => {
    await using folder = await makeFolder();
    const { promise: url, resolve } = Promise.withResolvers<string>();
    const parent = await startChild({
      args: [join(import.meta.dirname, '../support/host-parent.ts'), folder.path],
      env: {},
      onLine: (line) => resolve(/"url":"([^"]+)"/.exec(line)?.[1] ?? line),
    });
    const hostUrl = await url;
    expect((await fetch(`${hostUrl}/api/byName`)).status).toBe(200);
    await parent.kill();

    await expect
      .poll(
        () =>
          fetch(hostUrl).then(
            () => 'served',
            () => 'gone',
          ),
        SOON,
      )
      .toBe('gone');
    await expect.poll(() => readdir(folder.path), SOON).not.toContain('azurite.pid');
    await using azurite = await startAzurite({ location: folder.path });
    expect((await openTable(azurite, 'Orphans').getEntity('p', 'r')).rowKey).toBe('r');
  });
});
