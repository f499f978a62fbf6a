import type { Answer } from '../arm/request.ts';
import { pinnedTo, type Versions } from '../arm/version-source.ts';
import { nextVersion, offeredByAll, type VersionRefusal } from '../domain/known-versions.ts';
import { nameKey } from '../domain/azure-names.ts';
import {
  afterWorking,
  homeOf,
  locationKey,
  noChoices,
  subscriptionKey,
  versionFor,
  type Shown,
  type VersionChoices,
  type VersionPlace,
} from '../domain/version-choices.ts';
import { retryOnConflict, StoreUnavailable } from '../store/table.ts';
import type { VersionStore } from '../store/version-store.ts';
import type { Clock } from '../time.ts';
import { createAfterFirstCall, waitShare, type FirstCall, type WaitAtMost } from './first-call.ts';

/** What api-versions are chosen with. */
export interface VersionNeeds {
  readonly store: VersionStore;
  readonly clock: Clock;
  /** Milliseconds that pass, whatever the clock says: what time limits are counted by. */
  readonly uptime: () => number;
  readonly waitFor: WaitAtMost;
}

/** Chooses the api-version of each call, and moves on when ARM refuses it. */
export interface ApiVersions extends Versions {
  /** Takes over what is stored, and returns it. Rejects when the store fails. */
  refresh(): Promise<VersionChoices>;
  /** As this process last saw what is stored. */
  readonly choices: VersionChoices;
}

/** What is stored is read again after this long, in milliseconds, if no tick does. */
const refreshMs = 60_000;
/** A version is known to work for this long after it did; then the others wait for a first call again. */
const knownMs = 20_000;
/** Where nothing that is offered can be used, ARM is asked again after this long. */
const hopelessMs = 20_000;
/** The same where ARM does not say what it offers, so that it takes a call for each known version to find out. */
const hopelessAllMs = 4 * 60_000;
/** A version that has neither worked nor been refused for this long is questioned. */
const unprovenMs = 10 * 60_000;
/** So many clusters' locations are remembered. */
const mostLocations = 50_000;

/**
 * Chooses by what is stored, which all instances share, and by what this process has seen. Nobody waits for the store:
 * while it fails, what was seen counts.
 */
export function createApiVersions({ store, clock, uptime, waitFor }: VersionNeeds): ApiVersions {
  let choices = noChoices;
  let refreshedAt = -Infinity;
  const locations = new Map<string, string>();
  /** By location, or else by place: versions that were taken in place of refused ones, and have not answered yet. */
  const unproven = new Map<string, { readonly version: string; readonly at: number }>();
  /** By location and subscription: when a version last worked there. */
  const workedAt = new Map<string, number>();
  /** By {@link homeOf}: who is looking for a version there. */
  const searching = new Map<string, Promise<void>>();
  /** By {@link homeOf}: where nothing can be used for now, and what ARM said last. */
  const hopeless = new Map<
    string,
    { readonly at: number; readonly forMs: number; readonly answer: Answer }
  >();

  const now = (): number => clock().getTime();
  const locationOf = (place: VersionPlace): string | null =>
    locations.get(nameKey(place.armId)) ?? null;
  const home = (place: VersionPlace): string => homeOf(place, locationOf(place));

  /** What has not answered for one cluster says nothing about others whose location is not known either. */
  const unprovenKey = (place: VersionPlace): string =>
    locationOf(place) === null ? nameKey(place.armId) : home(place);

  function isWithin(at: number | undefined, ms: number): boolean {
    // A time ahead is that of a clock that was set back.
    return at !== undefined && at <= now() && now() - at < ms;
  }

  function current(place: VersionPlace): string {
    const taken = unproven.get(unprovenKey(place));
    if (taken !== undefined && isWithin(taken.at, unprovenMs)) return taken.version;
    return versionFor(choices, place, locationOf(place)).version;
  }

  function learn(armId: string, location: unknown): void {
    const key = locationKey(location);
    if (key === null) return;
    if (locations.size >= mostLocations) locations.clear();
    locations.set(nameKey(armId), key);
  }

  async function refresh(): Promise<VersionChoices> {
    const { choices: stored } = await store.load();
    refreshedAt = now();
    choices = stored;
    return stored;
  }

  async function refreshed(): Promise<void> {
    await unlessAway(refresh);
  }

  /** Stores what has worked. Where the store fails, the next call that works does it. */
  async function keep(shown: Shown): Promise<void> {
    const key = unprovenKey(shown.place);
    if (afterWorking(choices, shown) !== choices) {
      const isKept = await unlessAway(async () => {
        await retryOnConflict(async () => {
          const { choices: stored, etag } = await store.load();
          const next = afterWorking(stored, shown);
          if (next !== stored && (await store.save(next, etag)) === null) return null;
          choices = next;
          return next;
        });
      });
      if (!isKept) {
        unproven.set(key, { version: shown.version, at: now() });
        return;
      }
    }
    unproven.delete(key);
  }

  const afterFirstCall = createAfterFirstCall(
    (place) => isWithin(workedAt.get(place), knownMs),
    waitFor,
  );

  /** Whether nothing is known to work in a place: neither by what is stored nor by what was seen. */
  function isNewTo(key: string, place: VersionPlace): boolean {
    return !workedAt.has(key) && versionFor(choices, place, locationOf(place)).by === null;
  }

  /** Asks, with one version after the other until one is not refused. */
  async function search(
    place: VersionPlace,
    timeoutMs: number,
    attempt: (apiVersion: string, timeoutMs: number) => Promise<Answer>,
    leading: readonly FirstCall[],
  ): Promise<Answer> {
    const end = uptime() + timeoutMs;
    const refused = new Set<string>();
    let offered: readonly string[] | null = null;
    let calls = 0;
    let searchesAt: string | null = null;
    let release = nothing;

    /** Waits for whoever is looking for a version there already; `false`: nobody was, and this call is. */
    async function awaitOther(key: string): Promise<boolean> {
      if (searchesAt === key) return false;
      const other = searching.get(key);
      if (other !== undefined) {
        await waitFor(other, (end - uptime()) * waitShare);
        return true;
      }
      release();
      const { promise, resolve } = Promise.withResolvers<void>();
      searching.set(key, promise);
      searchesAt = key;
      release = () => {
        searching.delete(key);
        resolve();
      };
      return false;
    }

    function giveUp(answer: Answer): Answer {
      const forMs = offered === null ? hopelessAllMs : hopelessMs;
      hopeless.set(home(place), { at: now(), forMs, answer: { ...answer, calls: 0 } });
      return { ...answer, calls };
    }

    /** The version to ask with now; `null`: nothing that can be used is left. */
    function next(): string | null {
      const chosen = current(place);
      return refused.has(chosen) ? nextVersion(offered, refused) : chosen;
    }

    try {
      let first: VersionRefusal | null = null;
      let version: string | null = current(place);
      for (;;) {
        const lately = hopeless.get(home(place));
        if (lately !== undefined && isWithin(lately.at, lately.forMs)) {
          return { ...lately.answer, calls };
        }
        const answer: Answer = await attempt(version, end - uptime());
        calls += answer.calls;
        const refusal = answer.result.ok ? undefined : answer.result.refusal;
        if (refusal === undefined) {
          await conclude(place, version, refused, first, answer);
          return { ...answer, calls };
        }
        first ??= refusal;
        for (const one of leading) one.isRefused = true;
        if (refusal.location !== null) learn(place.armId, refusal.location);
        const key = home(place);
        workedAt.delete(key);
        const open = unprovenKey(place);
        if (unproven.get(open)?.version === version) unproven.delete(open);
        refused.add(version);
        offered = offeredByAll(offered, refusal);
        // Perhaps another call or instance has found one that works.
        if (!(await awaitOther(key)) && refused.size === 1) await refreshed();
        if (end - uptime() <= 0) return { ...answer, calls };
        version = next();
        if (version === null) return giveUp(answer);
      }
    } finally {
      release();
    }
  }

  /** Takes down what an answer says that is no refusal. */
  async function conclude(
    place: VersionPlace,
    version: string,
    refused: ReadonlySet<string>,
    first: VersionRefusal | null,
    answer: Answer,
  ): Promise<void> {
    const key = home(place);
    if (!works(answer)) {
      if (refused.size > 0) unproven.set(unprovenKey(place), { version, at: now() });
      return;
    }
    hopeless.delete(key);
    for (const one of [subscriptionKey(place), key]) workedAt.set(one, now());
    const code = first?.code ?? null;
    const at = clock().toISOString();
    const location = locationOf(place);
    await keep({
      place,
      location,
      version,
      refused,
      code,
      isLocated: first?.location !== null,
      at,
    });
  }

  return {
    refresh,
    get choices() {
      return choices;
    },
    located: learn,
    async ask(place, timeoutMs, attempt) {
      const end = uptime() + timeoutMs;
      if (!isWithin(refreshedAt, refreshMs)) await refreshed();
      const general = subscriptionKey(place);
      const timeLeft = (): number => end - uptime();
      return await afterFirstCall(general, isNewTo(general, place), timeLeft(), async (leading) => {
        const there = home(place);
        const leaders = leading === null ? [] : [leading];
        if (there === general) return await search(place, timeLeft(), attempt, leaders);
        return await afterFirstCall(there, isNewTo(there, place), timeLeft(), async (self) => {
          if (self !== null) leaders.push(self);
          return await search(place, timeLeft(), attempt, leaders);
        });
      });
    },
  };
}

const nothing = (): void => {};

/** Whether an answer shows that a version works: what is asked with one that is not known is never "not found". */
function works({ result }: Answer): boolean {
  return result.ok || result.failure.cause === 'notFound';
}

/** Whether the store took part; what it says no to is tried again later. */
async function unlessAway(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof StoreUnavailable) return false;
    throw error;
  }
}

/** One version and no other: what `AKS_API_VERSION` names. What is owed from before is still posted. */
export function pinnedVersion(apiVersion: string, store: VersionStore): ApiVersions {
  let choices = noChoices;
  return {
    ...pinnedTo(apiVersion),
    get choices() {
      return choices;
    },
    async refresh() {
      ({ choices } = await store.load());
      return choices;
    },
  };
}
