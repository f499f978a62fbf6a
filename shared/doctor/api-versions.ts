import { ageRemark, auto, isKnownVersion, isOldVersion } from '../domain/known-versions.ts';
import { versionsUsed, type VersionChoices } from '../domain/version-choices.ts';
import type { DoctoredApp } from './target-finding.ts';
import { StoreUnavailable } from '../store/table.ts';
import type { VersionStore } from '../store/version-store.ts';
import type { Clock } from '../time.ts';
import { check, type Check } from './check.ts';
import { setSetting } from './settings.ts';

/** What the key of a list of clusters ends with. */
const listPath = '/providers/microsoft.containerservice/managedclusters';
/** More places are counted, not named. */
const mostPlaces = 20;

/** What api-versions are checked with. */
export interface VersionCheckNeeds {
  readonly versionStore: VersionStore;
  readonly app: DoctoredApp;
  readonly clock: Clock;
}

/** Which api-versions are used where, and what is to be said of them. */
export async function checkApiVersions({
  versionStore,
  app,
  clock,
}: VersionCheckNeeds): Promise<Check[]> {
  const { apiVersion: setting, site } = app;
  const isPinned = setting !== auto;
  const versions = await check('api-version', async () => {
    const choices = await storedChoices(versionStore);
    if (choices === null)
      return { ok: 'skipped', message: 'The store knows what is used: fix the store first.' };
    const now = clock().toISOString();
    const used = versionsUsed(setting, choices, now);
    const inUse = [...new Set(used.map(({ version }) => version))].toSorted();
    const named = used.slice(0, mostPlaces).map(({ place, version }) => {
      if (place !== null)
        return `${place.replace(listPath, ' (its list of clusters)')}: ${version}`;
      return isPinned
        ? `Everywhere ${version}, as AKS_API_VERSION says`
        : `Nothing was read yet; ${version} is tried first`;
    });
    const rest = used.length - named.length;
    const old = inUse.filter((version) => isOldVersion(version, now));
    const what = isPinned
      ? 'A pinned version does not move by itself; auto does.'
      : 'The app moves to another one by itself.';
    const remarks = [
      ...old.map(ageRemark),
      ...(old.length > 0 ? [what] : []),
      ...inUse.filter((version) => !isKnownVersion(version)).map(unknown),
    ];
    const list = `${named.join('; ')}${rest > 0 ? `; and ${rest} more places` : ''}.`;
    return {
      ok: true,
      message: [list, ...remarks].join(' '),
      ...(isPinned && remarks.length > 0 ? { fix: setSetting('AKS_API_VERSION', site) } : {}),
    };
  });
  return [versions];
}

function unknown(version: string): string {
  return `The app was not tested with ${version}: “not found” does not end the tracking of an operation.`;
}

/** If the store does not answer, its own check says so. */
async function storedChoices(store: VersionStore): Promise<VersionChoices | null> {
  try {
    return (await store.load()).choices;
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
}
