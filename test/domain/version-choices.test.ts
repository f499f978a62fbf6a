import { describe, expect, it } from 'vitest';
import {
  afterWorking,
  locationKey,
  noChoices,
  oldestUsed,
  versionFor,
  versionsUsed,
  type Shown,
  type VersionChoices,
} from '../../shared/domain/version-choices.ts';
import { minutes, start } from '../support/operation-builders.ts';

const [newest, middle, oldest] = [
  '2026-10-02-preview',
  '2026-07-02-preview',
  '2025-05-02-preview',
] as const;
const subscriptionId = '11111111-2222-3333-4444-555555555555';
const cluster = (name: string) => ({
  subscriptionId,
  armId: `/subscriptions/${subscriptionId}/resourceGroups/RG/providers/Microsoft.ContainerService/managedClusters/${name}`,
  isList: false,
});
const clusters = {
  subscriptionId,
  armId: `/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/managedClusters`,
  isList: true,
};

function shown(version: string, changes: Partial<Shown> = {}): Shown {
  return {
    place: cluster('a'),
    location: null,
    version,
    refused: new Set(),
    code: null,
    isLocated: true,
    at: start,
    ...changes,
  };
}

/** A version that works in place of refused ones. */
function moved(to: string, from: readonly string[], changes: Partial<Shown> = {}): Shown {
  return shown(to, { refused: new Set(from), code: 'NoRegisteredProviderFound', ...changes });
}

const after = (...all: readonly Shown[]): VersionChoices => all.reduce(afterWorking, noChoices);
const inWest = { location: 'westeurope' };
const inNorth = { location: 'northeurope', place: cluster('b') };

describe('a choice', () => {
  it('begins with the newest known version, which is written down once it works, without a message', () => {
    expect(versionFor(noChoices, cluster('a'), null)).toEqual({ version: newest, by: null });
    const choices = after(shown(newest, inWest));
    expect(versionFor(choices, cluster('z'), 'westeurope')).toMatchObject({ version: newest });
    expect(choices.outbox.owed).toEqual([]);
    expect(afterWorking(choices, shown(newest, { ...inWest, at: minutes(600) }))).toBe(choices);
  });

  it('is that of a location, and leaves other locations as they are', () => {
    const choices = after(
      shown(newest, inNorth),
      moved(middle, [newest], inWest),
      shown(newest, inNorth),
    );
    expect(versionFor(choices, cluster('a'), 'westeurope').version).toBe(middle);
    expect(versionFor(choices, cluster('b'), 'northeurope').version).toBe(newest);
    expect(versionFor(choices, cluster('c'), null).version).toBe(newest);
  });

  it('is that of the subscription, too, where the location is known and ARM did not name it', () => {
    const choices = after(
      shown(newest, inNorth),
      moved(middle, [newest], { ...inWest, isLocated: false }),
    );
    expect(versionFor(choices, cluster('z'), null).version).toBe(middle);
    expect(versionFor(choices, cluster('b'), 'northeurope').version).toBe(newest);
  });

  it('is that of the subscription where no location is known', () => {
    const choices = after(moved(middle, [newest]));
    expect(versionFor(choices, cluster('z'), null).version).toBe(middle);
    const other = { ...cluster('z'), subscriptionId: subscriptionId.replaceAll('1', '9') };
    expect(versionFor(choices, other, null).version).toBe(newest);
  });

  it('moves only when it was refused: whoever was quicker with another one stays', () => {
    const choices = after(moved(middle, [newest], inWest));
    expect(afterWorking(choices, moved(oldest, [newest], inWest))).toBe(choices);
    expect(
      versionFor(
        after(moved(middle, [newest], inWest), moved(oldest, [middle, newest], inWest)),
        cluster('a'),
        'westeurope',
      ).version,
    ).toBe(oldest);
  });

  it('of a subscription does not flip between clusters that need different versions', () => {
    const one = { place: cluster('one') };
    const other = { place: cluster('other') };
    let choices = after(shown(newest, one), moved(middle, [newest], other));
    choices = afterWorking(choices, moved(newest, [middle], { ...one, at: minutes(1) }));
    expect(versionFor(choices, one.place, null).version).toBe(newest);
    expect(versionFor(choices, other.place, null).version).toBe(middle);
    expect(afterWorking(choices, shown(newest, { ...one, at: minutes(2) }))).toBe(choices);
    expect(afterWorking(choices, shown(middle, { ...other, at: minutes(2) }))).toBe(choices);
  });

  it('of a subscription goes back to an earlier version a day later', () => {
    const day = 24 * 60;
    const choices = after(
      moved(middle, [newest]),
      moved(newest, [middle], { at: minutes(day + 1) }),
    );
    expect(versionFor(choices, cluster('z'), null).version).toBe(newest);
  });

  it('of a list of clusters is its own, and moves no cluster', () => {
    const choices = after(shown(newest), moved(middle, [newest], { place: clusters, ...inWest }));
    expect(versionFor(choices, clusters, 'westeurope').version).toBe(middle);
    expect(versionFor(choices, cluster('a'), null).version).toBe(newest);
    expect(versionFor(choices, cluster('a'), 'westeurope').version).toBe(newest);
  });
});

describe('a move', () => {
  it('is owed with from, to and why, once from the one to the other', () => {
    const choices = after(
      moved(middle, [newest], inWest),
      moved(middle, [newest], inNorth),
      moved(oldest, [middle], inNorth),
    );
    expect(choices.outbox.owed).toMatchObject([
      { id: 1, from: newest, to: middle, code: 'NoRegisteredProviderFound', ...inWest },
      { id: 2, from: middle, to: oldest, location: 'northeurope' },
    ]);
    const posted = { ...choices, outbox: { ...choices.outbox, owed: [] } };
    const again = afterWorking(posted, moved(middle, [newest], { location: 'eastus' }));
    expect(again.outbox.owed).toEqual([]);
  });
});

describe('the versions in use', () => {
  it('are those that worked of late, by location', () => {
    const choices = after(
      moved(oldest, [newest], inWest),
      shown(middle, { ...inNorth, refused: new Set([newest]) }),
    );
    expect(versionsUsed('auto', choices, minutes(1))).toEqual([
      { place: 'northeurope', version: middle },
      { place: 'westeurope', version: oldest },
    ]);
    expect(oldestUsed('auto', choices, minutes(1))).toBe(oldest);
    const later = minutes(4 * 24 * 60);
    const used = afterWorking(choices, shown(middle, { ...inNorth, at: later }));
    expect(oldestUsed('auto', used, later)).toBe(middle);
    expect(oldestUsed('auto', noChoices, start)).toBe(newest);
    expect(versionsUsed(oldest, choices, start)).toEqual([{ place: null, version: oldest }]);
  });
});

it('a location is the same in ARM’s words and in those of resources', () => {
  expect(locationKey('West Europe')).toBe('westeurope');
  expect(['', 'a/b', null, 7, 'x'.repeat(61)].map(locationKey)).toEqual(
    Array.from({ length: 5 }, () => null),
  );
});
