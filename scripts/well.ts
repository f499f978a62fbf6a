/**
 * `npm run well`: waits until a deployed app works: `health` shows the deployed version, and a tick that this version
 * began after the wait had begun and completed. Says what to do if that takes longer than five minutes.
 *
 * It needs no package, so that it also runs where only Node.js is. Exit code 0: it works, 1: it does not, 2: the command
 * line is wrong.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const usage = `npm run well -- [--url https://…/api/health] [--version VERSION] [--minutes 5]

  --url      health of the app; HEALTH_URL in the environment, as azd gives it to its
             hooks
  --version  what was deployed; that of the package in .local, which was made last
  --minutes  how long it may take
`;

/** Between two looks. A first answer of a new instance takes seconds. */
const pauseMs = 5_000;
const runbook = 'docs/operating.md, "No completed tick"';

/** What `health` says, as far as it is looked at; what is no health has none of it. */
interface Seen {
  readonly version?: unknown;
  readonly status?: unknown;
  readonly reasons?: unknown;
  readonly lastTick?: { readonly startedAt?: unknown; readonly version?: unknown } | null;
}

/** One look: what was seen, by whose clock, or why nothing was. */
type Look =
  | { readonly seen: Seen; readonly at: number }
  | { readonly why: string }
  /** The address of this machine, as App Service saw it. */
  | { readonly refused: string };

const { url, version, minutes } = order();
const giveUpAt = performance.now() + minutes * 60_000;
/** When the deployment had ended at the latest, by the app's clock. */
let since: number | null = null;
let lastShown = '';
for (;;) {
  const look = await lookAt(url);
  if (since === null && 'seen' in look) since = look.at;
  const missing = missingIn(look);
  if (missing === null) {
    console.log(`It works: version ${version} runs, and has completed a tick.`);
    break;
  }
  if (missing.what !== lastShown) console.log(missing.what);
  lastShown = missing.what;
  const isLate = performance.now() > giveUpAt;
  if (isLate || missing.isFinal === true) {
    const late = isLate ? `This did not end within ${minutes} minutes. ` : '';
    console.error(`\n${late}${missing.step}`);
    process.exitCode = 1;
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, minutes * 20_000)));
}

/** What is not yet as it should be, and what a person does if it stays so; `null`: nothing. */
function missingIn(look: Look): { what: string; step: string; isFinal?: true } | null {
  if ('refused' in look)
    return {
      what: `health refuses this machine's address, ${look.refused}: whether version ${version} works cannot be seen from here.`,
      step: 'Run npm run well from an address that is among ALLOWED_ADDRESSES; or add this one there, azd provision, and run it again. The deployment itself has ended.',
      isFinal: true,
    };
  if ('why' in look)
    return {
      what: `health does not answer: ${look.why}.`,
      step: `Look at the app's log stream. If the deployment ended with 403, a role was too new: run azd deploy again. If the app is stopped, start it. Then: ${runbook}.`,
    };
  const { seen } = look;
  if (seen.version !== version)
    return {
      what: `health is still that of version ${typeof seen.version === 'string' ? seen.version : 'unknown'}, not of ${version}.`,
      step: 'The old instances are still there, or the package did not arrive: deploy again; if that does not help, restart the app.',
    };
  const { lastTick, status, reasons } = seen;
  const startedAt = Date.parse(String(lastTick?.startedAt));
  if (lastTick?.version !== version || !(startedAt >= (since ?? 0)))
    return {
      what: `Version ${version} answers, and has completed no tick since it was deployed${reasonsIn(reasons)}.`,
      step: `The timer does not run, or each tick fails, which its log says: ${runbook}.`,
    };
  return status === 'unhealthy'
    ? {
        what: `Version ${version} completes ticks, and is unhealthy${reasonsIn(reasons)}.`,
        step: 'docs/operating.md, "Health", says what to do for each reason.',
      }
    : null;
}

function reasonsIn(reasons: unknown): string {
  return Array.isArray(reasons) && reasons.length > 0 ? `: ${reasons.join(' ')}` : '';
}

async function lookAt(health: URL): Promise<Look> {
  try {
    const response = await fetch(health, {
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
    });
    // App Service sends it when an access restriction has refused the request.
    const refused = response.headers.get('x-ms-forbidden-ip');
    if (response.status === 403 && refused !== null) return { refused };
    const answer = healthIn(await response.json().catch(() => null));
    if (answer === null)
      return { why: `what answers there with ${response.status} is not the app` };
    // By the app's clock: this machine's may be another.
    const at = Date.parse(response.headers.get('date') ?? '');
    return { seen: answer, at: Number.isNaN(at) ? Date.now() : at };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { why: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** `null`: it is something else. */
function healthIn(answer: unknown): Seen | null {
  if (typeof answer !== 'object' || answer === null || !('lastTick' in answer)) return null;
  const { lastTick } = answer;
  return { ...answer, lastTick: typeof lastTick === 'object' ? lastTick : null };
}

/** Ends the process when the command line is wrong, or asks for help. */
function order(): { url: URL; version: string; minutes: number } {
  try {
    const { values } = parseArgs({
      options: {
        url: { type: 'string' },
        version: { type: 'string' },
        minutes: { type: 'string', default: '5' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const health = URL.parse(values.url ?? process.env['HEALTH_URL'] ?? '');
    if (health === null) throw new Error('--url, or HEALTH_URL, must be the URL of health.');
    const limit = Number(values.minutes);
    if (!(limit > 0)) throw new Error('--minutes must be a number above 0.');
    return { url: health, version: values.version ?? packaged(), minutes: limit };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

/** The version of the package that `npm run package` made. */
function packaged(): string {
  const path = join(import.meta.dirname, '../.local/package/package.json');
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
      return String(manifest.version);
  } catch {
    // Said below.
  }
  throw new Error('There is no package in .local: npm run package, or name the --version.');
}
