import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseObject } from './json.ts';

/** When a timer ran and when it is due, as the real host keeps it in blob storage. */
export interface ScheduleStatus {
  /** The last run; undefined when it never ran. */
  last: Date | undefined;
  /** The next run. In the past at start: that run was missed. */
  next: Date;
  lastUpdated: Date;
}

/** Keeps one status for each timer function. */
export interface ScheduleStatusStore {
  /** Undefined when there is none, or none that can be read. */
  read(functionName: string): Promise<ScheduleStatus | undefined>;
  write(functionName: string, status: ScheduleStatus): Promise<void>;
}

/** .NET's `default(DateTime)`, which the real host passes for a timer that never ran. */
const NEVER = '0001-01-01T00:00:00';

/** A store of one file per function; each write replaces the file in one step. */
export function createScheduleStatusFiles(directory: string): ScheduleStatusStore {
  const fileOf = (functionName: string) => join(directory, `${functionName}.schedule.json`);
  return {
    async read(functionName) {
      const text = await readFile(fileOf(functionName), 'utf8').catch(() => '');
      return parseStatus(text);
    },
    async write(functionName, status) {
      const file = fileOf(functionName);
      await mkdir(directory, { recursive: true });
      await writeFile(`${file}.tmp`, JSON.stringify(toRpcStatus(status)));
      await rename(`${file}.tmp`, file);
    },
  };
}

/** The status in the casing and form in which the real host sends it. */
export function toRpcStatus(
  status: ScheduleStatus,
): Record<'Last' | 'Next' | 'LastUpdated', string> {
  return {
    Last: status.last?.toISOString() ?? NEVER,
    Next: status.next.toISOString(),
    LastUpdated: status.lastUpdated.toISOString(),
  };
}

function parseStatus(text: string): ScheduleStatus | undefined {
  const { Last, Next, LastUpdated } = parseObject(text) ?? {};
  const last = Last === NEVER ? undefined : parseDate(Last);
  const next = parseDate(Next);
  const lastUpdated = parseDate(LastUpdated);
  return next && lastUpdated && { last, next, lastUpdated };
}

function parseDate(value: unknown): Date | undefined {
  const date = new Date(String(value));
  return Number.isNaN(date.getTime()) ? undefined : date;
}
