import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { z } from 'zod';

import { callerSchema } from './activity-log.ts';
import { operationChangesSchema } from './cluster-history.ts';
import { parseJson } from './listen.ts';
import type { PlayedOperation } from './play.ts';
import { scenarios } from './scenarios.ts';
import type { ScenarioName } from './scenarios.ts';

const scenarioSchema = z.custom<ScenarioName>(
  (value) => typeof value === 'string' && Object.hasOwn(scenarios, value),
  `expected one of ${Object.keys(scenarios).join(', ')}`,
);
const segment = z.string().regex(/^[^/?#]+$/);

/** The request that starts an operation, over HTTP and in process. */
export const startRequestSchema = z.strictObject({
  subscriptionId: segment,
  resourceGroupName: segment,
  resourceName: segment,
  /** Given: the operation is one of this agent pool. */
  agentPoolName: segment.exactOptional(),
  /** Default: a new GUID. */
  operationId: segment.exactOptional(),
  scenario: scenarioSchema,
  /** How many scenario seconds pass in a second; default 1. */
  speed: z.number().positive().exactOptional(),
  /** Whom the activity log names; default: one of a few, in turn. */
  startedBy: callerSchema.exactOptional(),
  /** What it changes of its cluster; default: what the scenario changes. */
  changes: operationChangesSchema.exactOptional(),
});

/** What starts an operation; see the schema for each field. */
export type StartRequest = z.infer<typeof startRequestSchema>;

const fileSchema = z.array(
  startRequestSchema
    .required({ operationId: true, speed: true })
    .extend({ startedAt: z.iso.datetime() }),
);

/** The newest operations are kept, so that the file of a long-lived demo stays small. */
const kept = 1000;

/**
 * The operations started by earlier runs; none when there is no file.
 * @throws when the file holds something else
 */
export function loadOperations(file: string): PlayedOperation[] {
  if (!existsSync(file)) return [];
  const parsed = fileSchema.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is not a list of operations; delete it to start afresh`);
}

/** Replaces the file in one step: a killed process leaves the old one or the new one. */
export function saveOperations(file: string, operations: readonly PlayedOperation[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(operations.slice(-kept), null, 1));
  renameSync(`${file}.new`, file);
}
