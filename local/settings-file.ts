import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';

const settingsFile = z.object({
  IsEncrypted: z.boolean().optional(),
  Values: z.record(z.string(), z.string()),
});

/** A settings file that cannot be used; the message says what to do. */
export class SettingsFileError extends Error {
  override readonly name = 'SettingsFileError';

  /** Whether there is no such file. */
  get isMissing(): boolean {
    const { cause } = this;
    return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  }
}

/**
 * Reads the `Values` of a `local.settings.json`, the file that Azure Functions Core Tools use too
 * (https://learn.microsoft.com/azure/azure-functions/functions-develop-local#local-settings-file).
 *
 * @throws {SettingsFileError} when it is missing, encrypted, or not of that form
 */
export async function readSettingsFile(path: string): Promise<Record<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const sample = join(dirname(path), 'local.settings.sample.json');
    const what = `${basename(path)} cannot be read: copy ${sample} to ${path} and fill it in.`;
    throw new SettingsFileError(what, { cause: error });
  });
  const parsed = settingsFile.safeParse(parseJson(text, path));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`,
    );
    throw new SettingsFileError(`${path} is not usable: ${problems.join('; ')}`);
  }
  if (parsed.data.IsEncrypted === true) {
    throw new SettingsFileError(`${path} is encrypted: run "func settings decrypt" first.`);
  }
  return parsed.data.Values;
}

function parseJson(text: string, path: string): unknown {
  try {
    // Editors on Windows may put a byte order mark in front.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The parser's own message is left out: it quotes the text, which holds secrets.
    throw new SettingsFileError(`${path} is not JSON.`);
  }
}
