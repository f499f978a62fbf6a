/** Up to which message each channel was read, kept over reloads. */
export interface ReadMarks {
  /** The sequence number of the newest read message; 0 when none was. */
  get(channel: string): number;
  set(channel: string, sequence: number): void;
}

const prefix = 'read:';

/** @param storage - where the marks are kept; default: this browser's own storage */
export function createReadMarks(
  storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
): ReadMarks {
  return {
    get: (channel) => Number(storage.getItem(prefix + channel) ?? 0),
    set: (channel, sequence) => storage.setItem(prefix + channel, String(sequence)),
  };
}
