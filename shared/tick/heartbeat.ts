import type { Log } from '../log.ts';

/** Milliseconds. */
const heartbeatTimeoutMs = 5000;

/** Calls a monitor outside to say that a tick went well; what goes wrong is logged. `null`: there is no monitor. */
export async function heartbeat(url: string | null, timeoutMs: number, log: Log): Promise<void> {
  if (url === null) return;
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(Math.min(timeoutMs, heartbeatTimeoutMs)),
    });
    await response.body?.cancel();
    if (!response.ok) log.error('The heartbeat was not accepted.', { status: response.status });
  } catch (error) {
    log.error('The heartbeat could not be sent.', {
      reason: error instanceof Error ? error.name : 'unknown',
    });
  }
}
