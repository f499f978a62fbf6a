import * as z from 'zod';
import type { HealthAnswer } from './notifier-api.ts';

/** The product's health in a word, with what a person should know about it. */
export interface Health {
  readonly state: 'ok' | 'degraded' | 'away';
  /** Empty when all is well. */
  readonly reasons: readonly string[];
}

const report = z.object({ reasons: z.array(z.string()) });

/**
 * Reads an answer of `GET /api/health`. What the product remarks on while it copes counts as degraded
 * here: people who look at the page want to know.
 *
 * @param answer - null when there was none
 */
export function readHealth(answer: HealthAnswer | null): Health {
  if (answer === null) return { state: 'away', reasons: ['The functions do not answer'] };
  const { reasons } = report.safeParse(answer.report).data ?? { reasons: [] };
  return { state: answer.healthy && reasons.length === 0 ? 'ok' : 'degraded', reasons };
}
