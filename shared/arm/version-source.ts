import type { VersionPlace } from '../domain/version-choices.ts';
import type { Answer } from './request.ts';

/** Knows which api-version is asked with. */
export interface Versions {
  /**
   * Asks with the version that a place is to be asked with; where ARM refuses it, with others, as long as there is time
   * and a version to try. Never rejects when `attempt` does not.
   *
   * @param attempt asks with a version, in at most so many milliseconds
   * @returns the last answer, with the requests of all
   */
  ask(
    place: VersionPlace,
    timeoutMs: number,
    attempt: (apiVersion: string, timeoutMs: number) => Promise<Answer>,
  ): Promise<Answer>;
  /** Learns where a cluster is, as ARM writes it. */
  located(armId: string, location: unknown): void;
}

/** One version and no other: what `AKS_API_VERSION` names. */
export function pinnedTo(apiVersion: string): Versions {
  return {
    ask: async (_place, timeoutMs, attempt) => await attempt(apiVersion, timeoutMs),
    located: () => {},
  };
}
