type Segment =
  | { kind: 'literal'; text: string }
  | { kind: 'parameter'; name: string; optional: boolean }
  | { kind: 'rest'; name: string };

/** A route with its parameters, ready to be matched. */
export interface Route {
  /** The path as a person writes it, with a leading slash and the prefix. */
  readonly template: string;
  /** Sorts routes: the one that sorts first is tried first, so that a literal wins over a parameter. */
  readonly precedence: string;
  readonly segments: readonly Segment[];
}

/**
 * Reads an ASP.NET route template: literals, `{param}`, `{param?}` at the end and `{*rest}` at the end.
 * @throws Error for what this host does not support (constraints, defaults, half-literal segments), rather
 * than to match something else than Azure would.
 */
export function parseRoute(template: string): Route {
  const texts = template.split('/').filter((text) => text !== '');
  const segments = texts.map((text, index) =>
    parseSegment(text, index === texts.length - 1, template),
  );
  return {
    template: `/${texts.join('/')}`,
    segments,
    // The order of ASP.NET's RoutePrecedence.ComputeInbound: one digit for each segment, lowest first.
    precedence: segments.map(({ kind }) => ({ literal: 1, parameter: 3, rest: 5 })[kind]).join(''),
  };
}

function parseSegment(text: string, isLast: boolean, template: string): Segment {
  if (!/[{}]/.test(text)) return { kind: 'literal', text };
  const [, stars, name, optional] = /^\{(\*{0,2})(\w+)(\??)\}$/.exec(text) ?? [];
  const onlyLast = stars !== '' || optional !== '';
  if (name === undefined || (onlyLast && !isLast)) {
    throw new Error(`route "${template}": the local host does not support "${text}" here`);
  }
  if (stars !== '') return { kind: 'rest', name };
  return { kind: 'parameter', name, optional: optional !== '' };
}

/**
 * The route's parameters when the path matches, else undefined. Literals compare case-insensitively, a
 * trailing slash is ignored, and an absent optional parameter is left out, as in ASP.NET.
 * @param path the raw path of the request, percent-encoded and without the query string.
 */
export function matchRoute(route: Route, path: string): Record<string, string> | undefined {
  const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/').map(decodeSegment);
  const params: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    if (segment.kind === 'rest') {
      const rest = parts.slice(index).join('/');
      return rest === '' ? params : { ...params, [segment.name]: rest };
    }
    const part = parts[index];
    if (part === undefined || part === '') {
      return segment.kind === 'parameter' && segment.optional ? params : undefined;
    }
    if (segment.kind === 'parameter') params[segment.name] = part;
    else if (segment.text.toLowerCase() !== part.toLowerCase()) return undefined;
  }
  return parts.length > route.segments.length ? undefined : params;
}

/** ASP.NET decodes a path segment, but leaves an encoded slash and a broken escape as they are. */
function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll(/%2f/gi, (slash) => `%25${slash.slice(1)}`));
  } catch {
    return text;
  }
}
