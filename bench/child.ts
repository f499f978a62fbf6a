import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type * as z from 'zod/mini';

/** The first message of a child, checked; rejects when the child ends without one. */
export async function firstMessage<T>(child: ChildProcess, schema: z.ZodMiniType<T>): Promise<T> {
  const [first]: unknown[] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`A part of the benchmark ended with ${String(code)}.`);
    }),
  ]);
  return schema.parse(first);
}
