/**
 * Api-versions whose definition of the operation status calls was read (github.com/Azure/azure-rest-api-specs), newest
 * first. All are previews: no stable version has the calls.
 */
const knownVersions: ReadonlySet<string> = new Set([
  '2026-10-02-preview',
  '2026-08-02-preview',
  '2026-07-02-preview',
  '2026-05-02-preview',
  '2026-04-02-preview',
  '2026-02-02-preview',
  '2026-01-02-preview',
  '2025-10-02-preview',
  '2025-09-02-preview',
  '2025-08-02-preview',
  '2025-07-02-preview',
  '2025-06-02-preview',
  '2025-05-02-preview',
]);

/** Whether an api-version can have the operation status calls: only previews do. */
export function isPreview(apiVersion: string): boolean {
  return /^\d{4}-\d{2}-\d{2}-preview$/.test(apiVersion);
}

/** Whether an api-version is known to have the operation status calls, so that its "not found" can be believed. */
export function isKnownVersion(apiVersion: string): boolean {
  return knownVersions.has(apiVersion);
}
