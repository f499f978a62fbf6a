import type { EventEmitter } from 'node:events';

/** Something that runs until somebody stops it. */
export interface Runnable {
  /** Resolves with a message for people when a part ends by itself; never rejects. */
  readonly died: Promise<string>;
  /** Ends everything in good order. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  kill(): Promise<void>;
}

/** A terminal and npm both pass a Ctrl-C on: two signals within this time are one wish. */
const oneWishMs = 500;

/** What the person who waits is shown. */
export interface StopWords {
  stopping(): void;
  died(reason: string): void;
}

/**
 * Waits for SIGINT, SIGTERM or the death of a part, and then ends everything; a second signal meanwhile
 * ends it at once.
 *
 * @param signals - `process`
 * @returns the exit code: 0 after an orderly stop, 1 when a part died, 130 after a second signal
 */
export async function runUntilStopped(
  runnable: Runnable,
  words: StopWords,
  signals: EventEmitter,
): Promise<number> {
  const first = Promise.withResolvers<null>();
  const second = Promise.withResolvers<130>();
  let firstAt: number | null = null;

  function onSignal(): void {
    firstAt ??= performance.now();
    if (performance.now() - firstAt > oneWishMs) second.resolve(130);
    else first.resolve(null);
  }
  signals.on('SIGINT', onSignal).on('SIGTERM', onSignal);

  async function stop(): Promise<0 | 1> {
    const reason = await Promise.race([first.promise, runnable.died]);
    firstAt ??= performance.now();
    if (reason === null) words.stopping();
    else words.died(reason);
    await runnable.stop();
    return reason === null ? 0 : 1;
  }

  const code = await Promise.race([stop(), second.promise]);
  if (code === 130) await runnable.kill();
  signals.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  return code;
}
