/** Up to which message each channel was read, kept over reloads where the browser allows it. */
export interface ReadMarks {
  /** The sequence number of the newest read message; 0 when none was. */
  get(channel: string): number;
  set(channel: string, sequence: number): void;
}

/** @param storage - where the marks are kept */
export function createReadMarks(
  storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
): ReadMarks {
  const key = (channel: string): string => `read:${channel}`;
  return {
    get: (channel) => Number(storage.getItem(key(channel)) ?? 0),
    set: (channel, sequence) => storage.setItem(key(channel), String(sequence)),
  };
}
