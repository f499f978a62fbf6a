import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createTail, startChild } from './child-process.ts';
import type { Child, Exit } from './child-process.ts';

/** A running Azurite table service. */
export interface Azurite {
  /** For `AzureWebJobsStorage` and `OPERATIONS_STORAGE`; it has a table endpoint only. */
  connectionString: string;
  port: number;
  /** Ends it with everything written. */
  stop(): Promise<void>;
  /** SIGKILL: loses up to 5 seconds of writes. Resolves when it is gone. */
  kill(): Promise<void>;
  exited: Promise<Exit>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Azurite's own account. Source: Azurite's README, "Default Storage Account". */
const ACCOUNT = 'devstoreaccount1';
/** Azurite answers to any Host, and the key of its account is known to everybody: this one is to nobody else. */
const ACCOUNT_KEY = randomBytes(64).toString('base64');

const ATTEMPTS = 5;
const STOP_PATIENCE_MS = 15_000;

/**
 * Starts Azurite's table service on 127.0.0.1 and waits until it answers. It ends by itself, with everything
 * written, when this process dies.
 * @param options.location its folder, made when it is not there; without one everything stays in memory.
 * @param options.port default: a free one, from `findPort`.
 * @throws Error with its last output when it does not start: the port is taken, or another process uses the
 * folder (two would silently overwrite each other's file).
 */
export async function startAzurite(
  options: { location?: string; port?: number; findPort?: () => Promise<number> } = {},
): Promise<Azurite> {
  const { location, port, findPort = findFreePort } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(port ?? (await findPort()), location);
    } catch (error) {
      // Another process can take a free port between our look and Azurite's start.
      const isLostRace = port === undefined && String(error).includes('EADDRINUSE');
      if (!isLostRace || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOn(port: number, location: string | undefined): Promise<Azurite> {
  const folder = location === undefined ? undefined : resolve(location);
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const tail = createTail();
  const { promise: listening, resolve: onListening } = Promise.withResolvers<'listening'>();
  const child = await startChild({
    args: [
      `--import=${new URL('./host/end-with-parent.ts', import.meta.url).href}`,
      createRequire(import.meta.url).resolve('azurite/dist/src/table/main.js'),
      '--tableHost=127.0.0.1',
      `--tablePort=${port}`,
      '--silent',
      '--disableTelemetry',
      folder === undefined ? '--inMemoryPersistence' : `--location=${folder}`,
    ],
    env: {
      AZURITE_ACCOUNTS: `${ACCOUNT}:${ACCOUNT_KEY}`,
      LOCK_FILE: folder === undefined ? '' : join(folder, 'azurite.pid'),
    },
    cwd: tmpdir(),
    onLine(line) {
      tail.add(line);
      if (line.includes('successfully started')) onListening('listening');
    },
  });
  if ((await Promise.race([listening, child.exited])) !== 'listening') {
    throw new Error(`Azurite did not start:\n${tail.text()}`);
  }
  return toAzurite(child, port);
}

function toAzurite(child: Child, port: number): Azurite {
  // SIGINT, because the table service has no handler for SIGTERM and would lose its last writes.
  const stop = () => child.end('SIGINT', STOP_PATIENCE_MS);
  const settings = [
    'DefaultEndpointsProtocol=http',
    `AccountName=${ACCOUNT}`,
    `AccountKey=${ACCOUNT_KEY}`,
    `TableEndpoint=http://127.0.0.1:${port}/${ACCOUNT}`,
  ];
  return {
    connectionString: `${settings.join(';')};`,
    port,
    stop,
    kill: child.kill,
    exited: child.exited,
    [Symbol.asyncDispose]: stop,
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('There is no free port.');
  return address.port;
}
