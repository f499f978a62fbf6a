import { cleanText, oneLine } from '../text.ts';

/** What a check came to, for a person. */
export interface Finding {
  /** `skipped`: it was not made, and `message` says why. */
  readonly ok: boolean | 'skipped';
  /** What is well or wrong, in one line. */
  readonly message: string;
  /** A command that fixes it, or shows what a person must know to fix it; in one line. */
  readonly fix?: string;
}

/** One check by its name. */
export interface Check extends Finding {
  readonly name: string;
}

/** What {@link diagnose} found. */
export interface DoctorReport {
  /** Whether no check failed. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

/** No check takes longer, in milliseconds; the store's own three tries may. */
const longestMs = 20_000;

/** A part of a check did not end in time. */
export class TookTooLong extends Error {
  constructor() {
    super(`There was no answer within ${longestMs / 1000} s.`);
    this.name = 'TookTooLong';
  }
}

/** Makes a check: it never rejects, and ends in time. */
export async function check(name: string, work: () => Promise<Finding>): Promise<Check> {
  try {
    return { name, ...(await inTime(work())) };
  } catch (error) {
    return brokenOff(name, error);
  }
}

/** A check that did not come to its end. */
export function brokenOff(name: string, error: unknown): Check {
  if (error instanceof TookTooLong) return { name, ok: false, message: error.message };
  const said = error instanceof Error ? error.message : 'unknown reason';
  return { name, ok: false, message: `The check broke off: ${oneLine(cleanText(said, 300))}` };
}

/** Waits for a part of a check; rejects with {@link TookTooLong}. */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TookTooLong()), longestMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A check that was not made. */
export function skipped(name: string, why: string): Check {
  return { name, ok: 'skipped', message: why };
}
