import { z } from 'zod';

import { parseJson } from './listen.ts';
import type { Answer } from './listen.ts';

/** The faults that a stand-in plays now. Of several that match a request the first is played. */
export interface FaultList<F> {
  list(): readonly F[];
  /** Replaces all of them. */
  set(...faults: readonly F[]): void;
  clear(): void;
  /** The first match; one with `times` is counted down and leaves the list after the last. */
  take(matches: (fault: F) => boolean): F | undefined;
  /** `GET` lists, `PUT` replaces with the JSON array in `body`; 400 names what is wrong with it. */
  answer(method: string | undefined, body: string | undefined): Answer;
}

/** A list of the faults that `schema` describes, empty at first. */
export function createFaultList<F extends { readonly times?: number | undefined }>(
  schema: z.ZodType<F>,
): FaultList<F> {
  const many = z.array(schema);
  let active: { readonly fault: F; left: number }[] = [];

  const faults: FaultList<F> = {
    list: () =>
      active.map(({ fault, left }) => (left === Infinity ? fault : { ...fault, times: left })),
    set(...replacement) {
      active = replacement.map((fault) => ({ fault, left: fault.times ?? Infinity }));
    },
    clear: () => faults.set(),
    take(matches) {
      const entry = active.find(({ fault }) => matches(fault));
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left === 0) active = active.filter((other) => other !== entry);
      return entry.fault;
    },
    answer(method, body) {
      if (method === 'PUT') {
        const parsed = many.safeParse(parseJson(body));
        if (!parsed.success) return { status: 400, body: z.prettifyError(parsed.error) };
        faults.set(...parsed.data);
      } else if (method !== 'GET') {
        return { status: 405, headers: { allow: 'GET, PUT' }, body: 'GET or PUT' };
      }
      return { status: 200, body: faults.list() };
    },
  };
  return faults;
}
