import { isSameName } from './core-module.ts';
import { summarise } from './functions.ts';
import type { HostFunction } from './functions.ts';
import { parseObject } from './json.ts';

/** What an admin request is answered with; without a `body` the answer is empty. */
export interface AdminAnswer {
  status: number;
  body?: unknown;
}

/**
 * Answers the part of the host's admin interface that a person at a terminal uses: the list of functions,
 * the state of the host, and `POST /admin/functions/{name}` to run a timer function now.
 * @param runTimer starts the run; the answer does not wait for its end.
 */
export function createAdmin(functions: readonly HostFunction[], runTimer: (name: string) => void) {
  return (method: string, path: string, body: string): AdminAnswer => {
    const [, , area, name = '', ...rest] = path.replace(/\/$/, '').split('/');
    const call = `${method} ${area?.toLowerCase() ?? ''}`;
    if (call === 'GET functions' && name === '') {
      return { status: 200, body: functions.map(summarise) };
    }
    if (call === 'GET host' && name.toLowerCase() === 'status') {
      return { status: 200, body: { state: 'Running' } };
    }
    const fn = functions.find((each) => isSameName(each.name, name));
    if (call !== 'POST functions' || fn === undefined || rest.length > 0) return { status: 404 };
    if (fn.trigger !== 'timer')
      return { status: 400, body: `${fn.name} has no timer: send it a request.` };
    if (parseObject(body) === undefined)
      return { status: 400, body: 'Send the JSON body {"input":""}.' };
    runTimer(fn.name);
    return { status: 202 };
  };
}
