import { keysAround, type IncidentName, type Place } from '../domain/incident.ts';

/** Where something lies: what an incident is about, or a place. */
type Somewhere = Place | Omit<IncidentName, 'kind'>;

/** Things by where they are. */
export interface ByPlace<T> {
  /** Those within what an incident is about; it costs the same however many there are. */
  within(name: Somewhere): readonly T[];
  /** Whether one of them is about all that something lies within, itself included. */
  isAround(place: Somewhere): boolean;
  /** Whether one of them is about more than an incident is, and about all that this one is. */
  isWiderThan(name: Somewhere): boolean;
  add(thing: T): void;
}

/** Finds things by place. */
export function byPlace<T extends Somewhere>(things: readonly T[]): ByPlace<T> {
  const within = new Map<string, T[]>();
  const own = new Set<string>();
  function add(thing: T): void {
    const keys = keysAround(thing);
    own.add(keys.at(-1) ?? '');
    for (const key of keys) {
      const all = within.get(key);
      if (all === undefined) within.set(key, [thing]);
      else all.push(thing);
    }
  }
  for (const thing of things) add(thing);
  return {
    add,
    within: (name) => within.get(keysAround(name).at(-1) ?? '') ?? [],
    isAround: (place) => keysAround(place).some((key) => own.has(key)),
    isWiderThan: (name) =>
      keysAround(name)
        .slice(0, -1)
        .some((key) => own.has(key)),
  };
}
