import type { RequestProblem } from '../shared/requests/fields.ts';

/** An answer other than success, as RFC 9457 `application/problem+json`. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: readonly RequestProblem[] | undefined;

  constructor(status: number, title: string, detail: string, errors?: readonly RequestProblem[]) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.errors = errors;
  }
}

/** An answer names at most this many problems of a request, as two characters of a body can be one. */
const maxErrors = 20;

/** The request holds something wrong; `errors` names the first twenty such places, `detail` how many there are. */
export function invalidRequest(errors: readonly RequestProblem[]): Problem {
  const what = errors.length === 1 ? 'one problem' : `${errors.length} problems`;
  const more = errors.length - maxErrors;
  const where =
    more > 0 ? `errors has the first ${maxErrors}; ${more} more are left out` : 'see errors';
  const shown = errors.slice(0, maxErrors);
  return new Problem(400, 'Invalid request', `The request has ${what}; ${where}.`, shown);
}

/** What `notFound` operations answer. */
export function notTracked(): Problem {
  return new Problem(404, 'Not tracked', 'No operation is tracked under this tracking ID.');
}

/** There is no such watch. */
export function notWatched(): Problem {
  return new Problem(404, 'Not watched', 'There is no watch with this ID.');
}
