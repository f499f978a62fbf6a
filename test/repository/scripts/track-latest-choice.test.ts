import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ListedOperation } from '../../support/fake-az.ts';
import { isStarted, operation, play, running, script, upgrade } from '../../support/pipeline.ts';
import { fc } from '../../support/properties.ts';

/** An operation with the instant of its start in 100 ns, as Azure counts; `null` when it has none. */
interface Listed {
  readonly listed: ListedOperation;
  readonly runs: boolean;
  readonly instant: bigint | null;
  readonly isKnown: boolean;
  readonly pool: string | undefined;
}

/** Writes an instant as the clock of a zone shows it. */
function written(instant: bigint, zone: string, digits: number): string {
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d\d):?(\d\d)/.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const local = new Date(Number(instant / 10_000n) + offset * 60_000).toISOString().slice(0, 19);
  const fraction = String(instant % 10_000_000n).padStart(7, '0');
  const kept = digits === 0 ? '' : `.${fraction.slice(0, digits)}`;
  const separator = zone.startsWith(' ') ? ' ' : 'T';
  return `${local.replace('T', separator)}${kept}${zone}`;
}

/** Which are as good as each other, and better than all others. */
function best(all: readonly Listed[]): Listed[] {
  const rank = ({ runs, instant }: Listed) => [runs ? 1n : 0n, instant ?? -1n] as const;
  const better = (one: Listed, two: Listed): boolean => {
    const [[runs1, at1], [runs2, at2]] = [rank(one), rank(two)];
    return runs1 === runs2 ? at1 > at2 : runs1 > runs2;
  };
  return all.filter((one) => !all.some((other) => better(other, one)));
}

/** The same operations: letter case makes no other ID. */
const inSmallLetters = (some: readonly ListedOperation[]) =>
  some.map((one) => ({ ...one, name: one.name?.toLowerCase() }));
const of = (some: readonly Listed[]) => some.map((one) => one.listed);

/** What a registration says of its operation. */
const sent = z.array(z.object({ operationId: z.string(), agentPoolName: z.optional(z.string()) }));

describe('track-latest.sh, of several operations', () => {
  const endings = ['Succeeded', 'Failed', 'Canceled', 'Cancelled', 'succeeded', 'FAILED'];
  const others = ['InProgress', 'Running', 'UpgradingNodes: 8/20 nodes completed', 'Canceling', ''];
  const zones = ['Z', '', '+00:00', '+02:00', '-11:30', '+0530', ' +0000', '+14:00'];
  const unset = [null, undefined, '', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00', 'soon'];

  // Around the leap day, and the ends of a month and a year. All begin within 3 s: whatever is not read changes the order.
  const turns = ['2026-12-31T23:59:58Z', '2028-02-29T22:00:00Z', '2026-02-28T23:59:59Z'];
  const listedAbout = (turn: string) =>
    fc
      .record({
        status: fc.constantFrom(...endings, ...others),
        seconds: fc.integer({ min: 0, max: 2 }),
        digits: fc.constantFrom(0, 1, 3, 6, 7),
        fraction: fc.bigInt({ min: 0n, max: 9_999_999n }),
        zone: fc.constantFrom(...zones),
        unset: fc.oneof({ weight: 4, arbitrary: fc.constant('set') }, fc.constantFrom(...unset)),
        isKnown: fc.boolean(),
        pool: fc.constantFrom(undefined, 'np1', 'np2', 'NP1'),
        hasResourceId: fc.boolean(),
        hasCapitals: fc.boolean(),
      })
      .map((drawn): Listed => {
        const unit = 10n ** BigInt(7 - drawn.digits);
        const whole = BigInt(Date.parse(turn) + drawn.seconds * 1000) * 10_000n;
        const instant = whole + (drawn.fraction / unit) * unit;
        const made = operation(
          drawn.status,
          written(instant, drawn.zone, drawn.digits),
          drawn.pool,
        );
        const { resourceId, ...rest } = made;
        const id = `${resourceId}/operations/${made.name}`;
        const isUnset = drawn.unset !== 'set';
        return {
          listed: {
            ...rest,
            name: drawn.hasCapitals ? made.name.toUpperCase() : made.name,
            ...(drawn.hasResourceId ? { resourceId } : { id }),
            startTime: isUnset ? drawn.unset : made.startTime,
          },
          runs: others.includes(drawn.status),
          instant: isUnset ? null : instant,
          isKnown: drawn.isKnown,
          pool: drawn.pool,
        };
      });

  const scenarios = fc.sample(
    fc.record({
      all: fc
        .constantFrom(...turns)
        .chain((turn) => fc.array(listedAbout(turn), { minLength: 1, maxLength: 16 })),
      wanted: fc.constantFrom(undefined, 'np1'),
      hasCommand: fc.boolean(),
    }),
    24,
  );
  it.each(scenarios)('registers the right one (%#)', async ({ all, wanted, hasCommand }) => {
    const ofPool = all.filter(
      ({ pool }) => wanted === undefined || pool?.toLowerCase() === wanted.toLowerCase(),
    );
    const right = best(ofPool.filter(({ runs, isKnown }) => (hasCommand ? !isKnown : runs)));
    const option = wanted === undefined ? '' : `--nodepool-name ${wanted}`;
    const { code, registered } = await play(
      `${script} --tries 1 ${option} ${hasCommand ? `-- ${upgrade}` : ''}`,
      {
        plan: {
          looks: hasCommand
            ? [inSmallLetters(of(all.filter(({ isKnown }) => isKnown))).toReversed(), of(all)]
            : [of(all)],
        },
      },
    );
    const bodies = right.map(({ listed: { name }, pool }) => ({
      operationId: name,
      ...(pool !== undefined && { agentPoolName: pool }),
    }));
    const outcomes =
      bodies.length === 0
        ? [{ code: 1, registered: [] }]
        : bodies.map((body) => ({ code: 0, registered: [body] }));
    expect(outcomes).toContainEqual({ code, registered: sent.parse(registered) });
  });

  it('takes a list that is not there for an empty one, and nothing else for a list', async () => {
    const started = running();
    const nothing = await play(`${script} -- ${upgrade}`, {
      plan: { looks: [{ value: null }, [started]] },
    });
    expect(nothing.registered).toMatchObject([{ operationId: started.name }]);
    for (const answer of [{}, { value: {} }, { value: 'x' }, { error: { code: 'Odd' } }]) {
      const odd = await play(`${script} --tries 2 -- ${upgrade}`, { plan: { looks: [answer] } });
      expect(odd.error).toContain('az rest did not print a list of operations');
      expect({ code: odd.code, isStarted: isStarted(odd) }).toEqual({ code: 1, isStarted: false });
    }
  });
});
