import { join } from 'node:path';
import { startHost } from '../../local/host/process.ts';
import type { HostLogLine } from '../../local/host/messages.ts';
import type { HostProcess } from '../../local/host/process.ts';

/** The fixture app that the tests run. */
export const FIXTURE_APP = join(import.meta.dirname, 'host-app.ts');

/** For `expect.poll`: time enough for a busy machine, far more than it takes. */
export const SOON = { timeout: 5000 };

/** A host with the fixture app on a free port, and all that it has logged so far. */
export async function startFixture(
  env: Record<string, string> = {},
): Promise<HostProcess & { lines: HostLogLine[]; messages(functionName?: string): string[] }> {
  const lines: HostLogLine[] = [];
  const host = await startHost({
    env: { PORT: '0', ...env },
    appFile: FIXTURE_APP,
    onLog: (line) => lines.push(line),
  });
  return {
    ...host,
    lines,
    messages: (functionName) =>
      lines
        .filter((line) => line.level !== 'debug' && line.functionName === functionName)
        .map((line) => line.message),
  };
}
