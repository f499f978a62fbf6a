/** One page of a List. */
export interface Page {
  readonly value: readonly unknown[];
  /** Absent on the last page. */
  readonly nextLink?: string;
}

/**
 * The page of `items` that `url` asks for.
 * @param url as requested; the next page is the same with another `$skiptoken`
 */
export function pageOf(items: readonly unknown[], url: URL, size: number): Page {
  const skip = Number(url.searchParams.get('$skiptoken') ?? 0) || 0;
  const value = items.slice(skip, skip + size);
  if (skip + size >= items.length) return { value };
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(skip + size));
  return { value, nextLink: next.href };
}
