import { z } from 'zod';
import type { HealthAnswer } from './notifier-api.ts';

/** The product's health in a word, with what a person should know about it. */
export interface Health {
  readonly state: 'ok' | 'degraded' | 'away';
  /** Empty when all is well. */
  readonly reasons: readonly string[];
}

const report = z.object({ problems: z.array(z.string()).optional() });

/**
 * Reads an answer of `GET /api/health`.
 *
 * @param answer - null when there was none
 */
export function readHealth(answer: HealthAnswer | null): Health {
  if (answer === null) return { state: 'away', reasons: ['The functions do not answer'] };
  if (answer.healthy) return { state: 'ok', reasons: [] };
  const { problems } = report.safeParse(answer.report).data ?? {};
  return { state: 'degraded', reasons: problems ?? [] };
}
