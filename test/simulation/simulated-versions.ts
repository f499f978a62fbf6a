import { createApiVersions } from '../../local/arm/api-versions.ts';
import type { Answer } from '../../shared/arm/request.ts';
import type { ArmReader, CountedReading } from '../../shared/arm/client.ts';
import type { Versions } from '../../shared/arm/version-source.ts';
import { failureFromAnswer, timedOut } from '../../shared/arm/reading-failure.ts';
import { refusalIn } from '../../shared/arm/version-refusal.ts';
import { armIdOf } from '../../shared/domain/scope.ts';
import type { Engine } from './engine.ts';
import type { Process } from './facts.ts';
import type { SimulatedOffer, SimulatedOperation } from './scenario.ts';

/** What readings with api-versions are simulated with. */
interface VersionedWorld {
  readonly engine: Engine;
  readonly start: number;
  readonly offers: readonly SimulatedOffer[];
  readonly operationOf: (name: string) => SimulatedOperation;
  readonly by: Process;
  readonly versions: Versions;
}

/** ARM that refuses readings with an api-version that it does not offer where the operation is. */
export function withVersions(arm: ArmReader, world: VersionedWorld): ArmReader {
  const { engine, start, offers, operationOf, by, versions } = world;
  if (offers.length === 0) return arm;

  /** What ARM says of a version now; `null`: it takes it. */
  function refusalOf(operation: SimulatedOperation, version: string): Answer['result'] | null {
    const { location = 'west' } = operation;
    const seconds = (engine.now() - start) / 1000;
    const now = offers.findLast((offer) => offer.location === location && offer.from <= seconds);
    if (now === undefined) return null;
    const { offered, code } = now;
    const offering = createApiVersions([]);
    offering.offer({ location, offered, ...(code === undefined ? {} : { code }) });
    const answer = offering.refusal(version, 'managedClusters/operations', location);
    if (answer === undefined) return null;
    const { status, body } = answer;
    const failure = failureFromAnswer({ status, body: JSON.stringify(body), requestId: null });
    const refusal = refusalIn(body);
    return { ok: false, failure, ...(refusal === null ? {} : { refusal }) };
  }

  return {
    ...arm,
    async readStatus(reference, timeoutMs) {
      const at = new Date(engine.now()).toISOString();
      const operation = operationOf(reference.resourceName);
      const { subscriptionId } = reference;
      const place = { subscriptionId, armId: armIdOf(reference), isList: false };
      let reading: CountedReading = {
        at,
        calls: 0,
        notBefore: null,
        result: { ok: false, failure: timedOut },
      };
      const answer = await versions.ask(place, timeoutMs, async (version, ms) => {
        const nothing = { calls: 1, notBefore: null, remaining: null };
        const refused = refusalOf(operation, version);
        const { name } = operation;
        const note = (isTaken: boolean): void =>
          engine.record({ kind: 'version', by, operation: name, version, isTaken });
        if (refused !== null)
          return await engine.request<Answer>({
            by,
            side: 'arm',
            place: `subscription-${operation.subscription}`,
            name: `${name} with ${version}`,
            timeoutMs: Math.min(ms, 10_000),
            failed: () => ({ ...nothing, result: { ok: false, failure: timedOut } }),
            run: ({ isLost }) => {
              if (!isLost) note(false);
              return { ...nothing, result: refused };
            },
          });
        reading = await arm.readStatus(reference, ms);
        const { calls, notBefore, result } = reading;
        if (result.ok) note(true);
        return {
          calls,
          notBefore,
          remaining: null,
          result: result.ok ? { ok: true, body: null } : result,
        };
      });
      const { calls, result } = answer;
      return {
        ...reading,
        calls,
        result: result.ok ? reading.result : { ok: false, failure: result.failure },
      };
    },
  };
}
