import type { Broken } from '../domain/set-right.ts';
import { hasSucceeded } from '../domain/cluster-config.ts';
import type { LeftBehind } from '../domain/state-after-failure.ts';
import type { OperationKind } from '../domain/operation-kind.ts';
import type { OperationReference } from '../domain/reference.ts';
import { explain, type Explanation } from '../explain/explain.ts';
import { mostSpecific, type ErrorDetail } from '../domain/error-detail.ts';
import { elapsed, formatDuration, type IsoTime } from '../time.ts';
import { inline } from './mrkdwn.ts';

/** A message names so many changes; the API has all. */
const mostChanges = 8;
/** A message names so many pools that did not succeed. */
const mostPools = 6;

/**
 * `Changed: Kubernetes 1.32.7 → 1.33.2; system, userpool: Kubernetes 1.32.7 → 1.33.2, 4 → 6 nodes`; empty: nothing is
 * known to have. What changed in the same pools stands together. Slack markup.
 */
export function changeWords(changes: readonly string[]): string {
  if (changes.length === 0) return '';
  const all = changes.map(poolLine);
  const ofCluster = all.flatMap(({ pool, line }) => (pool === null ? [line] : []));
  const ofPools = all.filter(({ pool }) => pool !== null);
  const byLine = [...Map.groupBy(ofPools, ({ line }) => line)].map(([line, same]) => ({
    line,
    pools: same.map(({ pool }) => pool).join(', '),
  }));
  const byPools = [...Map.groupBy(byLine, ({ pools }) => pools)].map(
    ([pools, same]) => `${pools}: ${same.map(({ line }) => line).join(', ')}`,
  );
  const lines = [...ofCluster, ...byPools];
  const more = lines.length - mostChanges;
  const shown = lines.slice(0, mostChanges).map((line) => inline(line, 240));
  return `Changed: ${[...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')}`;
}

/** `userpool: 4 → 6 nodes` taken apart. No setting has a name of that form. */
function poolLine(text: string): { readonly pool: string | null; readonly line: string } {
  const [, pool = null, line = text] = /^([a-z][a-z0-9]{0,11}): (.+)$/.exec(text) ?? [];
  return { pool, line };
}

/** `the cluster and pool userpool, 42 min after the failure`. Slack markup. */
export function restoredWords(restored: readonly Broken[], now: IsoTime): string {
  const names = restored.map(({ pool }) =>
    pool === null ? 'the cluster' : `pool ${inline(pool)}`,
  );
  const [first = now, ...others] = restored.map(({ since }) => since);
  const since = others.reduce((early, time) => (time < early ? time : early), first);
  const shown = names.slice(0, names.length > mostPools ? mostPools : -1);
  const last = names.length > mostPools ? `${names.length - mostPools} more` : names.at(-1);
  const all = [...(shown.length === 0 ? [] : [shown.join(', ')]), last].join(' and ');
  return `${all}, ${formatDuration(elapsed(since, now))} after the failure`;
}

/**
 * In which state a failure left things: `cluster: Failed · userpool: Failed (1.33.2 requested): subnet full · 2 pools:
 * Succeeded`; empty: nobody knows. Slack markup.
 *
 * @param known what the message says already; `null`: the cause is not known
 */
export function leftWords(
  left: readonly LeftBehind[],
  reference: OperationReference,
  kind: OperationKind,
  known: Pick<Explanation, 'title' | 'scales'> | null,
): string {
  const isUpgrade = kind.action === null || kind.action === 'upgrade';
  const [well, troubled] = [true, false].map((isWell) =>
    left.filter(({ provisioningState }) => hasSucceeded(provisioningState) === isWell),
  );
  const inWords = (troubled ?? []).slice(0, mostPools).map((one) => {
    const { pool, provisioningState: state, requestedVersion: version, error } = one;
    const isAsked = isUpgrade && (pool !== null || kind.target !== 'agentPool');
    const requested = isAsked && version !== undefined ? ` (${inline(version, 40)} requested)` : '';
    const reason = error === undefined ? null : reasonOf(error, pool, reference, kind);
    const why = reason === null || reason === known?.title ? '' : `: ${inline(reason, 100)}`;
    return {
      name: pool === null ? 'cluster' : inline(pool),
      state: `${inline(state, 40)}${requested}${why}`,
    };
  });
  const shown = [...Map.groupBy(inWords, ({ state }) => state)].map(
    ([state, same]) => `${same.map(({ name }) => name).join(', ')}: ${state}`,
  );
  const hidden = (troubled ?? []).length - inWords.length;
  const pools = (well ?? []).filter(({ pool }) => pool !== null).length;
  const cluster = (well ?? []).length > pools ? ['cluster'] : [];
  const counted = pools === 0 ? [] : [pools === 1 ? '1 pool' : `${pools} pools`];
  const rest = [...cluster, ...counted].join(' and ');
  const words = [
    ...shown,
    ...(hidden > 0 ? [`${hidden} more not Succeeded`] : []),
    ...(rest === '' ? [] : [`${rest}: Succeeded`]),
  ].join(' · ');
  return known?.scales === true && hasFailed(left) ? `${words}. ${mayRefuse}` : words;
}

/** Microsoft's page on clusters in a failed state says so (aka.ms/aks-cluster-failed). */
const mayRefuse = 'While the cluster is Failed, AKS may refuse to scale it.';

function hasFailed(left: readonly LeftBehind[]): boolean {
  return left.some(
    ({ pool, provisioningState }) => pool === null && /^failed$/i.test(provisioningState),
  );
}

/** Why a pool could not be provisioned: the cause where it is known, else Azure's code or words. Not escaped. */
function reasonOf(
  error: ErrorDetail,
  pool: string | null,
  reference: OperationReference,
  { action }: OperationKind,
): string {
  const kind = { target: 'agentPool', agentPoolName: pool, action, isGuess: true } as const;
  const at = { ...reference, agentPoolName: pool };
  const explanation = explain(error, at, { kind, isRunning: false });
  const { code, message } = mostSpecific(error);
  return explanation?.title ?? code ?? message ?? 'no reason given';
}
