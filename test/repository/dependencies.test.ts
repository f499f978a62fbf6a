import { spawn } from 'node:child_process';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { buffer, text } from 'node:stream/consumers';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { listenLocally } from '../../local/arm/listen.ts';
import lock from '../../package-lock.json' with { type: 'json' };

const registry = 'https://registry.npmjs.org/';
const script = join(import.meta.dirname, '../../scripts/audit.ts');

/** Weaknesses by package, as a registry knows them. */
type Advisories = Readonly<Record<string, readonly object[]>>;

/** `npm run audit` against a registry that answers with this status and what it knows of the packages that it is asked for. */
async function audit(status: number, known: Advisories = {}) {
  let asked = '';
  const { url, close } = await listenLocally(async (request, response) => {
    const isAudit = request.url === '/-/npm/v1/security/advisories/bulk';
    response.writeHead(isAudit ? status : 404, { 'content-type': 'application/json' });
    if (isAudit) asked = gunzipSync(await buffer(request)).toString();
    const ofThese = Object.entries(known).filter(([name]) => asked.includes(`"${name}":`));
    response.end(JSON.stringify(Object.fromEntries(ofThese)));
  });
  await using _ = { [Symbol.asyncDispose]: close };
  // npm remembers what it once knew of a weakness.
  await using cache = await mkdtempDisposable(join(tmpdir(), 'audit-'));
  const options = ['--registry', url, '--cache', cache.path, '--fetch-retries', '0'];
  const child = spawn(process.execPath, [script, ...options]);
  const ended = new Promise((resolve) => void child.on('close', resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  expect(asked).toContain('"zod":');
  return { code, said: `${output}${errors}` };
}

function advisory(name: string, severity: string): Advisories {
  const title = 'Invented for this test';
  const url = 'https://example.org/advisory';
  return { [name]: [{ id: 1, url, title, severity, vulnerable_versions: '>=0', cwe: [] }] };
}

it.each([405, 404])(
  'an audit that the registry does not offer (%i) is said in one line and fails nothing',
  async (status) => {
    const said = `The registry offers no audit (${status}): dependencies were not checked.\n`;
    expect(await audit(status)).toEqual({ code: 0, said });
  },
);

it('an audit that breaks down is no clean one', async () => {
  expect(await audit(500)).toMatchObject({ code: 1 });
});

it.each([
  ['nothing', {}],
  ['a moderate one', advisory('ms', 'moderate')],
  ['one in what only tests use', advisory('vitest', 'critical')],
])('an audit passes when the registry knows of %s', async (_name, known) => {
  expect(await audit(200, known)).toMatchObject({ code: 0 });
});

it.each(['high', 'critical'])(
  'a weakness that is %s fails, with its name and where to read of it',
  async (severity) => {
    const { code, said } = await audit(200, advisory('ms', severity));
    expect(code).toBe(1);
    expect(said).toContain(
      `${severity}: ms >=0: Invented for this test (https://example.org/advisory)`,
    );
  },
);

describe('package-lock.json', () => {
  const packages = z
    .record(
      z.string(),
      z.object({
        resolved: z.string().optional(),
        integrity: z.string().optional(),
        link: z.boolean().optional(),
      }),
    )
    .parse(lock.packages);
  // The project itself, and its workspace: the client that a test generates.
  const ours = new Set(['', 'test/client', 'node_modules/test-client']);
  const others = Object.entries(packages).filter(([name]) => !ours.has(name));

  it('takes no package from elsewhere than the registry, and each by its checksum', () => {
    const odd = others.filter(
      ([, { resolved = registry, integrity = '', link = false }]) =>
        link || !resolved.startsWith(registry) || !/^sha512-[\w+/]{86}==$/.test(integrity),
    );
    expect(odd).toEqual([]);
  });
});
