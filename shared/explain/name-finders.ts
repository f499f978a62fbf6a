/**
 * What a whole name looks like, by what it names. Nothing that fits one of these means something to a shell or to Slack.
 */
export const forms = {
  /** Of Kubernetes: a DNS name. */
  kubernetes: /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/,
  /** Of a resource in Azure. Groups may have more characters; such a name is not taken. */
  arm: /^[A-Za-z0-9](?:[\w.-]{0,88}\w)?$/,
  armId: /^(?:\/[A-Za-z0-9][\w.-]{0,89}){2,24}$/,
  pool: /^[a-z][a-z0-9]{0,11}$/,
  guid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  region: /^[a-z][a-z0-9]{2,29}$/,
  number: /^\d{1,9}$/,
  version: /^\d{1,2}\.\d{1,3}(?:\.\d{1,3})?$/,
  cidr: /^[0-9a-f.:]{3,39}\/\d{1,3}$/i,
  /** A word of a provider's vocabulary: a family of sizes, a state, a part of an action. */
  word: /^[A-Za-z][A-Za-z0-9_.]{1,59}$/,
  /** Of Kubernetes: group, resource and version. */
  api: /^[a-z][a-z0-9_.]{2,119}$/i,
  action: /^[A-Za-z]+\.[A-Za-z.]+(?:\/[A-Za-z]+){1,6}$/,
  provider: /^[A-Za-z]{2,40}\.[A-Za-z.]{2,50}$/,
  size: /^Standard_[A-Za-z0-9][\w-]{0,40}$/i,
} as const satisfies Readonly<Record<string, RegExp>>;

/** Names that people give freely are for sentences only. */
export const phrase = /^[\p{L}\p{N}][\p{L}\p{N} ._:()/-]{0,58}[\p{L}\p{N}.)]$/u;

/** Looks a name up in the words of an error; `null`: it is not there, or does not look as it must. */
export type Finder = (said: string) => string | null;

/** Matches that are tried: those of a hostile text may be many. */
export const most = 20;

/** What the first groups of the patterns hold, if it has the form; each once. Patterns are global. */
export function allNames(said: string, form: RegExp, patterns: readonly RegExp[]): string[] {
  const found = patterns.flatMap((pattern) =>
    said
      .matchAll(pattern)
      .take(most)
      .map((match) => trimmed(match[1] ?? ''))
      .filter((name) => form.test(name))
      .toArray(),
  );
  return [...new Set(found)];
}

/** Without what ends a sentence or a list. */
export function trimmed(name: string): string {
  return name.replace(/[.,:;_-]{1,3}$/, '');
}

/** Finds the first name of a form that one of the patterns finds. */
export function one(form: RegExp, ...patterns: readonly RegExp[]): Finder {
  return (said) => allNames(said, form, patterns)[0] ?? null;
}

/** A name with its namespace, as in `shop/web-pdb`; the namespace is `null` where the error does not give it. */
export interface Scoped {
  readonly namespace: string | null;
  readonly name: string;
}

/** What the patterns find with their groups `namespace` and `name`; each once, with its namespace where that is known. */
export function scoped(said: string, patterns: readonly RegExp[]): Scoped[] {
  const found = patterns.flatMap((pattern) =>
    said
      .matchAll(pattern)
      .take(most)
      .flatMap(({ groups = {} }): Scoped[] => {
        const name = trimmed(groups['name'] ?? '');
        const namespace = trimmed(groups['namespace'] ?? '');
        if (!forms.kubernetes.test(name)) return [];
        const isNamed = forms.kubernetes.test(namespace) && namespace.length <= 63;
        return [{ name, namespace: isNamed ? namespace : null }];
      })
      .toArray(),
  );
  const isMoreThan = (other: Scoped, { name, namespace }: Scoped): boolean =>
    other.name === name && namespace === null && other.namespace !== null;
  const whole = found.filter((item) => !found.some((other) => isMoreThan(other, item)));
  return [...new Map(whole.map((item) => [joined(item), item])).values()];
}

/** `shop/web-pdb` */
export function joined({ namespace, name }: Scoped): string {
  return namespace === null ? name : `${namespace}/${name}`;
}

/** `a, b and c`; of more than three the others are counted. `null`: fewer than two. */
export function listed(names: readonly string[]): string | null {
  if (names.length < 2) return null;
  const shown = names.slice(0, 3);
  const left = names.length - shown.length;
  const last = left > 0 ? `${left} more` : (shown.pop() ?? '');
  return `${shown.join(', ')} and ${last}`;
}

/** The only one of them, repeated or not. */
export function onlyOne(values: readonly (string | null)[]): string | null {
  const [first = null, ...others] = new Set(values);
  return others.length === 0 ? first : null;
}

/** How many more than one there are; `null`: no more. */
export function countOfOthers(length: number): string | null {
  return length < 2 ? null : String(length - 1);
}

/** Changes what was found; `null` where nothing was. */
export function ifFound<From, To>(
  value: From | null | undefined,
  to: (value: From) => To,
): To | null {
  return value === null || value === undefined ? null : to(value);
}
