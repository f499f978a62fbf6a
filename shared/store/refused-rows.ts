import { RowRefused } from './table.ts';

/** Rows whose new content table storage refuses. Such a row must not stop the tick. */
export interface Refusals {
  /** Runs a step that writes one row. When the row is refused, notes it and gives `null`. */
  passOver<T>(step: () => Promise<T>): Promise<T | null>;
  /** Notes a row. */
  note(refused: RowRefused): void;
  /** Each noted row once: its key, and why it was refused. */
  readonly rows: readonly string[];
}

/** The refusals of one tick. */
export function collectRefusals(): Refusals {
  const rows = new Map<string, string>();
  const note: Refusals['note'] = ({ key: { partitionKey, rowKey }, reason }) =>
    void rows.set(`${partitionKey} ${rowKey}`, reason);
  return {
    note,
    async passOver(step) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof RowRefused)) throw error;
        note(error);
        return null;
      }
    },
    get rows() {
      return [...rows].map(([key, reason]) => `${key}: ${reason}`);
    },
  };
}
