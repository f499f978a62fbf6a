/** A request of a `.http` file. */
export interface FileRequest {
  /** What stands after `###`. */
  readonly title: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  /** `undefined`: none. */
  readonly body: unknown;
}

/**
 * The requests of a file that keeps to what every editor understands (http-files.org, "What's universal"): `###`,
 * `@name = value`, `{{name}}`, `#` comments, headers, and a JSON body after an empty line.
 * @throws Error for anything else.
 */
export function readHttpFile(text: string): FileRequest[] {
  const [head = '', ...sections] = text.split(/^###/m);
  const variables = new Map<string, string>();
  const fill = (line: string): string =>
    line.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = variables.get(name);
      if (value === undefined) throw new Error(`There is no variable ${name}.`);
      return value;
    });
  for (const line of head.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const [, name = '', value = ''] = /^@(\w+) = (\S+)$/.exec(line) ?? [];
    if (name === '') throw new Error(`What is this? ${line}`);
    variables.set(name, fill(value));
  }
  return sections.map((section) => {
    const [title = '', request = '', ...rest] = fill(section).trim().split('\n');
    const [, method = '', url = ''] = /^(GET|POST|DELETE) (\S+)$/.exec(request) ?? [];
    const { origin, pathname, search } = new URL(url);
    if (origin !== variables.get('host')) throw new Error(`${title} calls ${origin}.`);
    const [headers = '', body] = rest.join('\n').split('\n\n');
    return {
      title,
      method,
      path: `${pathname}${search}`,
      headers: Object.fromEntries(
        headers.split('\n').flatMap((line) => (line === '' ? [] : [line.split(': ')])),
      ),
      body: body === undefined ? undefined : JSON.parse(body),
    };
  });
}
