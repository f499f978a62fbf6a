import type { Site } from '../domain/az-commands.ts';
import type { HealthInputs } from '../health.ts';
import type { Redact } from '../redact.ts';
import type { SettingsProblem } from '../settings/settings.ts';
import { oneLine } from '../text.ts';
import { checkApiVersions, type VersionCheckNeeds } from './api-versions.ts';
import { checkArm, type ArmNeeds } from './arm.ts';
import { checkCallers, type CallerCheckNeeds } from './callers.ts';
import { skipped, type Check, type DoctorReport } from './check.ts';
import type { DoctorRequest } from '../requests/doctor-request.ts';
import { checkSettings } from './settings.ts';
import { checkSlack, type SlackNeeds } from './slack.ts';
import { checkStorage, type StorageNeeds } from './storage.ts';
import { checkTicks } from './ticks.ts';

/** What is checked. */
export interface DoctorNeeds
  extends StorageNeeds, ArmNeeds, SlackNeeds, VersionCheckNeeds, CallerCheckNeeds {}

/** Everything that an app is checked by. */
export interface Patient {
  readonly problems: readonly SettingsProblem[];
  readonly site: Site;
  /** `null` where the settings do not let the app work: then only they are checked. */
  readonly needs: DoctorNeeds | null;
  /** What `health` is judged by. */
  readonly health: () => Promise<HealthInputs>;
  readonly redact: Redact;
}

/**
 * Checks settings, store, sign-in and rights, and where wanted the Slack channels: what a set-up gets wrong. Never
 * rejects; makes all checks, side by side, each of them bounded in time. The report holds names and IDs, and no secret.
 */
export async function diagnose(
  { problems, site, needs, health, redact }: Patient,
  { slack }: DoctorRequest,
): Promise<DoctorReport> {
  const running =
    needs === null
      ? ['tables', 'ARM sign-in', 'ARM rights', 'Slack channels'].map((name) => [
          skipped(name, 'Fix the settings first, then check again.'),
        ])
      : await Promise.all([
          checkStorage(needs),
          checkTicks(health, site),
          checkArmAndVersions(needs),
          checkCallers(needs),
          checkSlack(needs, slack),
        ]);
  const clean = (text: string): string => redact(oneLine(text));
  const checks = [...checkSettings(problems, site), ...running.flat()].map(
    ({ name, ok, message, fix }): Check => ({
      name: clean(name),
      ok,
      message: clean(message),
      ...(fix === undefined ? {} : { fix: clean(fix) }),
    }),
  );
  return { ok: checks.every(({ ok }) => ok !== false), checks };
}

/** What is asked of ARM may move the api-version: that is looked at afterwards. */
async function checkArmAndVersions(needs: DoctorNeeds): Promise<Check[]> {
  const asked = await checkArm(needs);
  return [...asked, ...(await checkApiVersions(needs))];
}
