import * as z from 'zod/mini';
import type { Check, DoctorReport } from '../../shared/doctor/check.ts';
import { isSafeUrl } from '../../shared/setting-values.ts';

const patienceMs = 120_000;

/** What an app answers; another version's may hold more. */
const answer = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.union([z.boolean(), z.literal('skipped')]),
      message: z.string(),
      fix: z.optional(z.string()),
    }),
  ),
});

/** Has a running app check itself. The key goes to that URL and nowhere else. Rejects when it does not answer. */
export async function checkThere(url: string, key: string, slack: boolean): Promise<DoctorReport> {
  const base = URL.parse(url);
  if (!isSafeUrl(base)) throw new Error('--url must be https (http only on a loopback address).');
  const response = await fetch(new URL('/api/doctor', base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-functions-key': key },
    body: JSON.stringify({ slack }),
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
  }).catch((error: unknown) => {
    throw new Error(`There is no answer from ${base.origin}.`, { cause: error });
  });
  if (response.status === 401) {
    const message = 'The app does not take the key.';
    const fix =
      'az functionapp keys list --resource-group "$RESOURCE_GROUP" --name "$APP" --query functionKeys.default --output tsv';
    return { ok: false, checks: [{ name: 'function key', ok: false, message, fix }] };
  }
  const parsed = answer.safeParse(await response.json().catch(() => null));
  if (!parsed.success)
    throw new Error(`${base.origin} answers ${response.status}, and not as this app does.`);
  const checks = parsed.data.checks.map(({ name, ok, message, fix }): Check => ({
    name,
    ok,
    message,
    ...(fix === undefined ? {} : { fix }),
  }));
  return { ok: parsed.data.ok, checks };
}
