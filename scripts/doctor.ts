/**
 * `npm run doctor`: checks what the app needs, with the settings of `npm run dev` (`local.settings.json`; an existing
 * environment variable wins, `LOCAL_SETTINGS` names another file, `LOCAL_DATA` another folder than `.local`).
 * `--slack` posts a test message to each channel, `--json` prints the report as it is. With `--url https://… --key …`
 * a deployed app checks itself (the key may stand in `FUNCTION_KEY` instead). Exit code 1 when a check failed.
 */
import { parseArgs, stripVTControlCharacters, styleText } from 'node:util';
import type { Check, DoctorReport } from '../shared/doctor/check.ts';

const usage = 'npm run doctor -- [--slack] [--json] [--url https://… [--key …]]';

try {
  const { values } = parseArgs({
    options: {
      slack: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      url: { type: 'string' },
      key: { type: 'string' },
    },
  });
  const { slack, json, url, key = process.env['FUNCTION_KEY'] ?? '' } = values;
  const report = url === undefined ? await here(slack) : await there(url, key, slack);
  console.log(json ? JSON.stringify(report, null, 2) : report.checks.map(linesOf).join('\n'));
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  console.error(oneLine(error instanceof Error ? error.message : String(error)));
  const isMisread =
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE');
  if (isMisread) console.error(usage);
  process.exitCode = 1;
}

/** Only what is needed is loaded: the whole app is much. */
async function here(slack: boolean): Promise<DoctorReport> {
  const { checkHere } = await import('./doctor/here.ts');
  return await checkHere(slack);
}

async function there(url: string, key: string, slack: boolean): Promise<DoctorReport> {
  const { checkThere } = await import('./doctor/there.ts');
  return await checkThere(url, key, slack);
}

/** One line, and under it the command that mends what is wrong. */
function linesOf({ name, ok, message, fix }: Check): string {
  const mark =
    ok === 'skipped' ? styleText('dim', '–') : ok ? styleText('green', '✓') : styleText('red', '✗');
  const line = `${mark} ${oneLine(name)}: ${oneLine(message)}`;
  return fix === undefined ? line : `${line}\n    ${oneLine(fix)}`;
}

/** Foreign text must not move the cursor, change colours or forge lines. */
function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
