/**
 * `npm run doctor`: checks what the app needs, with the settings of `npm run dev` (`local.settings.json`; an existing
 * environment variable wins, `LOCAL_SETTINGS` names another file, `LOCAL_DATA` another folder than `.local`), or has a
 * deployed app check itself. Exit code 0: nothing failed, 1: a check failed, 2: the command line is wrong.
 */
import { parseArgs, stripVTControlCharacters, styleText } from 'node:util';
import type { Check, DoctorReport } from '../shared/doctor/check.ts';
import { isSafeUrl } from '../shared/settings/values.ts';

const usage = `npm run doctor -- [--slack] [--json] [--url https://…]

  --slack   post a test message to each channel
  --json    print the report as JSON
  --url     have the app there check itself: NOTIFIER_KEY in the environment is its
            function key
`;

const report = await run(orderOf(process.argv.slice(2)));
// What a check has given up waiting for must not keep the process.
process.exit(report.ok ? 0 : 1);

/** What is wanted. */
interface Order {
  readonly slack: boolean;
  readonly json: boolean;
  /** `null`: this machine is checked. */
  readonly app: { readonly url: URL; readonly key: string } | null;
}

/** Ends the process when the command line is wrong, or asks for help. */
function orderOf(args: string[]): Order {
  try {
    const { values } = parseArgs({
      args,
      options: {
        slack: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        url: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { slack, json, url, help } = values;
    if (help) {
      console.log(usage);
      process.exit(0);
    }
    if (url === undefined) {
      return { slack, json, app: null };
    }
    return { slack, json, app: { url: urlOf(url), key: keyOf() } };
  } catch (error) {
    console.error(`${printable(mistakeIn(error))}\n\n${usage}`);
    process.exit(2);
  }
}

function mistakeIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The word itself is not repeated: it may be the key.
  return 'code' in error && error.code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL'
    ? 'There is a word that belongs to no option.'
    : error.message;
}

function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (isSafeUrl(url) && `${url.username}${url.password}` === '') return url;
  throw new Error(
    '--url must begin with https:// (http:// only on a loopback address), without a user name.',
  );
}

/** Of the environment: a key on the command line would be in the list of processes and in the shell's history. */
function keyOf(): string {
  const key = (process.env['NOTIFIER_KEY'] ?? '').trim();
  if (/^[\x21-\x7e]*$/.test(key)) return key;
  throw new Error('The function key holds characters that no key has.');
}

async function run({ slack, json, app }: Order): Promise<DoctorReport> {
  const found = app === null ? await here(slack) : await there(app.url, app.key, slack);
  const text = json
    ? JSON.stringify(found, printableValue, 2)
    : found.checks.map(linesOf).join('\n');
  await new Promise((resolve) => void process.stdout.write(`${text}\n`, resolve));
  return found;
}

/** Only what is needed is loaded: the whole app is much. */
async function here(slack: boolean): Promise<DoctorReport> {
  const { checkHere } = await import('./doctor/check-here.ts');
  return await checkHere(slack);
}

async function there(url: URL, key: string, slack: boolean): Promise<DoctorReport> {
  const { checkThere } = await import('./doctor/check-there.ts');
  return await checkThere(url, key, slack);
}

/** One line, and under it the command that fixes it. */
function linesOf({ name, ok, message, fix }: Check): string {
  const mark =
    ok === 'skipped' ? styleText('dim', '–') : ok ? styleText('green', '✓') : styleText('red', '✗');
  const line = `${mark} ${printable(name)}: ${printable(message)}`;
  return fix === undefined ? line : `${line}\n    ${printable(fix)}`;
}

/** For `JSON.stringify`. */
function printableValue(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? printable(value) : value;
}

/** Foreign text must not move the cursor, change colours or direction, or forge lines. */
function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\p{Bidi_Control}/gu, '')
    .trim();
}
