import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openApi, { astToString } from 'openapi-typescript';

const document = join(import.meta.dirname, '../../openapi.json');
/** Where the types of the API are committed. */
export const generatedPath = join(import.meta.dirname, 'api.ts');

/** The types of the API that openapi-typescript makes of the committed document. */
export async function generateTypes(): Promise<string> {
  return astToString(await openApi(readFileSync(document, 'utf8'), { exportType: true }));
}

/** Part of `npm run openapi`. */
if (import.meta.main) writeFileSync(generatedPath, await generateTypes());
