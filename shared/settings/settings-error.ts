import type { SettingsProblem } from './settings.ts';

/** The settings do not let the app work. */
export class SettingsError extends Error {
  readonly code = 'SettingsError';
  readonly problems: readonly SettingsProblem[];
  constructor(problems: readonly SettingsProblem[]) {
    super(
      `App settings need attention: ${problems.map(({ setting, message }) => `${setting} ${message}`).join(' ')}`,
    );
    this.name = 'SettingsError';
    this.problems = problems;
  }
}
