import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from './openapi/document.ts';

/** `npm run openapi`: writes the description of the API, `openapi.json`, which is committed and served. */
writeFileSync(
  join(import.meta.dirname, '../openapi.json'),
  `${JSON.stringify(openApiDocument(), null, 2)}\n`,
);
