import { setTimeout as sleep } from 'node:timers/promises';
import { startHost, type HostProcess } from '../../local/host/process.ts';
import { appNode } from '../support/app-node.ts';

/** The built app in a host that is killed and started again, and again. */
export interface MortalHost extends AsyncDisposable {
  /** SIGKILL, then `whileDead`, then a new process. */
  kill(whileDead: () => Promise<void>): Promise<void>;
  /** One request as a patient client makes it: again while there is no answer, or 503. */
  request(method: string, path: string, body?: unknown): Promise<PatientAnswer>;
}

/** An answer with its body read. */
export interface PatientAnswer {
  readonly status: number;
  readonly text: string;
  /** Whether an attempt before this one got no answer, and may have been carried out. */
  readonly again: boolean;
}

/** Starts the host; its timers run by themselves. */
export async function startMortalHost(env: Record<string, string>): Promise<MortalHost> {
  let host: HostProcess = await startHost({ env, nodePath: appNode });
  return {
    async kill(whileDead) {
      await host.kill();
      await whileDead();
      host = await startHost({ env, nodePath: appNode });
    },
    async request(method, path, body) {
      const headers = { 'content-type': 'application/json' };
      const init = body === undefined ? {} : { headers, body: JSON.stringify(body) };
      for (let again = false; ; again = true) {
        try {
          const response = await fetch(host.url + path, { method, ...init });
          const text = await response.text();
          if (response.status !== 503) return { status: response.status, text, again };
        } catch {
          // Killed meanwhile.
        }
        await sleep(50);
      }
    },
    [Symbol.asyncDispose]: async () => await host.stop(),
  };
}
