/**
 * `npm run audit`: fails when a weakness, high or critical, is known of what production installs. Options are passed
 * on to `npm audit`.
 *
 * A registry need not offer this, and mirrors often do not: that is said, and is no failure.
 */
import { spawnSync } from 'node:child_process';
import * as z from 'zod';

/** Why a package is in the report: a weakness of its own, or the name of one that it depends on. */
const cause = z.union([
  z.string(),
  z.object({
    name: z.string(),
    range: z.string(),
    severity: z.string(),
    title: z.string(),
    url: z.string(),
  }),
]);
/** What `npm audit --json` prints: a report, or the status that it got instead of one. */
const answer = z.union([
  z.object({
    auditReportVersion: z.literal(2),
    vulnerabilities: z.record(z.string(), z.object({ via: z.array(cause) })),
  }),
  z.object({ statusCode: z.number() }),
]);

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json', ...process.argv.slice(2)], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
const parsed = answer.safeParse(toJson(stdout));
if (!parsed.success) {
  fail('npm audit gave no report: nothing was checked.');
} else if ('statusCode' in parsed.data) {
  const { statusCode } = parsed.data;
  if (statusCode >= 500) fail(`The registry's audit answers ${statusCode}: nothing was checked.`);
  else console.log(`The registry offers no audit (${statusCode}): dependencies were not checked.`);
} else {
  const causes = Object.values(parsed.data.vulnerabilities).flatMap(({ via }) => via);
  const known = causes.filter((one) => typeof one !== 'string');
  const serious = known.filter(({ severity }) => ['high', 'critical'].includes(severity));
  for (const { severity, name, range, title, url } of serious)
    console.error(`${severity}: ${name} ${range}: ${title} (${url})`);
  if (serious.length > 0) fail('Weaknesses are known of what production installs.');
  else console.log(`Nothing high or critical is known of what production installs.`);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fail(why: string): void {
  console.error(why);
  process.exitCode = 1;
}
