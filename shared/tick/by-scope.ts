import { keysAround, type IncidentName } from '../domain/incident.ts';

/** Things by their scope: what incidents are about, or where something was read. */
export interface ByScope<T> {
  /** Those within the scope of an incident, found in constant time. */
  within(incident: IncidentName): readonly T[];
  /** Whether one of them has the scope of an incident, or a wider one around it. */
  isAround(incident: IncidentName): boolean;
  /** Whether one of them has a wider scope around that of an incident. */
  isWiderThan(incident: IncidentName): boolean;
  add(thing: T): void;
}

/**
 * Finds things by scope.
 *
 * @param keysOf the keys of a thing, as {@link keysAround} gives them
 */
export function byScope<T>(
  things: Iterable<T>,
  keysOf: (thing: T) => readonly string[],
): ByScope<T> {
  const within = new Map<string, T[]>();
  const own = new Set<string>();
  function add(thing: T): void {
    const keys = keysOf(thing);
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
    within: (incident) => within.get(keysAround(incident).at(-1) ?? '') ?? [],
    isAround: (incident) => keysAround(incident).some((key) => own.has(key)),
    isWiderThan: (incident) =>
      keysAround(incident)
        .slice(0, -1)
        .some((key) => own.has(key)),
  };
}
