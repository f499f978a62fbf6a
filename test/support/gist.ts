import * as z from 'zod';

const posted = z.object({
  text: z.string(),
  attachments: z.array(z.object({ blocks: z.unknown() })).default([]),
});

/**
 * A message in one line without its figures and reasons, for tests of what is posted about whom: `Failed: aks-1, upgrade
 * (PodDrainFailure)`, `draining: aks-1`. The code is Azure's own; a subscription's ID comes from the small print. A
 * digest's first line stays as it is.
 */
export function gistOf(payload: unknown): string {
  const message = posted.safeParse(payload).data;
  if (message === undefined) return '';
  const line = (message.text.split('\n')[0] ?? '').replace(/ <[!@][^>]*>$/, '');
  const below = JSON.stringify(message.attachments);
  const [, code] =
    /\*Azure\* `?([\w.-]+)/.exec(below) ?? /^(?:Takes|Answers).*\((\w+)\)/.exec(line) ?? [];
  const said = code === undefined ? '' : ` (${code})`;
  const [, lead, about = ''] = /^([A-Z][^:]*): ([^:;]*)/.exec(line) ?? [];
  if (lead !== undefined) return `${lead}: ${where(about, below)}${said}`;
  const [, name, phase = ''] = /^([a-z][^:,]*)(?:, [^:]*)?: ([^,]+)/.exec(line) ?? [];
  return name === undefined ? line : `${phase}: ${name}${said}`;
}

function where(about: string, below: string): string {
  const [first = '', ...others] = about.replace(/ \(.*$/, '').split(', ');
  const [, subscription = ''] = /Subscription ([\da-f-]{36})/.exec(below) ?? [];
  const named = first === 'one subscription' ? `subscription ${subscription}` : first;
  return [named, ...others.filter((part) => !/^(?:after )?\d/.test(part))].join(', ');
}

/** Every text of a message, in its order. */
export function textsIn(payload: unknown): string[] {
  if (Array.isArray(payload)) return payload.flatMap(textsIn);
  if (typeof payload !== 'object' || payload === null) return [];
  return Object.entries(payload).flatMap(([name, value]) =>
    name === 'text' && typeof value === 'string' ? [value] : textsIn(value),
  );
}
