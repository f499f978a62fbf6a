import * as z from 'zod/mini';
import type { Check, DoctorReport } from '../../shared/doctor/check.ts';
import { explainAnswer, explainSilence } from './no-report.ts';

/** The app's own checks, each bounded in time, are done in less than half of it. */
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

/** Has a running app check itself. The key goes to that URL and nowhere else. Never rejects. */
export async function checkThere(url: URL, key: string, slack: boolean): Promise<DoctorReport> {
  const asked = await ask(url, key, slack);
  if (asked instanceof Error) return failed(url, explainSilence(url, asked));
  const parsed = answer.safeParse(await asked.json().catch(() => null));
  if (!parsed.success) {
    const hasKey = key !== '';
    return failed(
      url,
      explainAnswer(url, asked.status, { hasKey, isNotifier: await isNotifier(url) }),
    );
  }
  const checks = parsed.data.checks.map(({ name, ok, message, fix }): Check => ({
    name,
    ok,
    message,
    ...(fix === undefined ? {} : { fix }),
  }));
  return { ok: parsed.data.ok, checks };
}

async function ask(url: URL, key: string, slack: boolean): Promise<Response | Error> {
  try {
    return await fetch(new URL('/api/doctor', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-functions-key': key },
      body: JSON.stringify({ slack }),
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown reason');
  }
}

function failed(url: URL, finding: Omit<Check, 'name' | 'ok'>): DoctorReport {
  return { ok: false, checks: [{ name: `app ${url.origin}`, ok: false, ...finding }] };
}

/** Whether this app, in any version, answers there: `health` takes no key, which is not sent. */
async function isNotifier(url: URL): Promise<boolean> {
  try {
    const response = await fetch(new URL('/api/health', url), {
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    });
    const health: unknown = await response.json();
    return typeof health === 'object' && health !== null && 'lastTick' in health;
  } catch {
    return false;
  }
}
