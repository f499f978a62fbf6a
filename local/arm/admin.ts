import { loggedActionSchema } from './activity-log.ts';
import type { ActivityLog } from './activity-log.ts';
import { offerSchema } from './api-versions.ts';
import type { ApiVersions } from './api-versions.ts';
import { clusterChangesSchema } from './cluster-document.ts';
import type { FaultList } from './fault-list.ts';
import type { ArmFault } from './faults.ts';
import { z } from 'zod';

import { parseJson } from './listen.ts';
import type { Answer } from './listen.ts';
import type { Records } from './records.ts';
import { scenarios } from './scenarios.ts';
import { parseClusterId } from './resource-path.ts';
import { startRequestSchema } from './state-file.ts';

const clusterIdSchema = z
  .string()
  .refine((id) => parseClusterId(id) !== undefined, 'expected the ARM ID of a cluster');
const changesSchema = clusterChangesSchema.extend({ id: clusterIdSchema });
const documentSchema = z.strictObject({
  id: clusterIdSchema,
  /** ARM's `ManagedCluster`; `id`, `name`, `type` and `location` have defaults. */
  document: z.record(z.string(), z.unknown()),
});

/**
 * The stand-in's own routes, for other programs: `GET|PUT /_standin/faults`, `GET|PUT /_standin/api-versions`
 * (all that are supported, what is left out is retired; or an offer, also of one location),
 * `GET|POST /_standin/operations`, `POST /_standin/activity-log`, `PATCH|PUT /_standin/clusters` (parts of a cluster's
 * document, or all of it), `GET /_standin/scenarios`.
 */
export function answerAdmin(
  route: string,
  body: string | undefined,
  parts: {
    readonly records: Records;
    readonly faults: FaultList<ArmFault>;
    readonly apiVersions: ApiVersions;
    readonly activityLog: Pick<ActivityLog, 'add'>;
  },
): Answer {
  const [method, path] = route.split(' ');
  if (path === '/_standin/faults') return parts.faults.answer(method, body);
  function changed<T>(schema: z.ZodType<T>, change: (value: T) => void): Answer {
    const parsed = schema.safeParse(parseJson(body));
    if (!parsed.success) return { status: 400, body: z.prettifyError(parsed.error) };
    change(parsed.data);
    return { status: 200, body: '' };
  }
  switch (route) {
    case 'GET /_standin/scenarios':
      return { status: 200, body: Object.keys(scenarios) };
    case 'GET /_standin/api-versions':
      return { status: 200, body: [...parts.apiVersions.everywhere] };
    case 'PUT /_standin/api-versions': {
      const offer = z.union([z.array(z.string()), offerSchema]).safeParse(parseJson(body));
      if (!offer.success) return { status: 400, body: z.prettifyError(offer.error) };
      parts.apiVersions.offer(Array.isArray(offer.data) ? { offered: offer.data } : offer.data);
      return { status: 200, body: [...parts.apiVersions.everywhere] };
    }
    case 'POST /_standin/activity-log': {
      const action = loggedActionSchema.safeParse(parseJson(body));
      if (!action.success) return { status: 400, body: z.prettifyError(action.error) };
      parts.activityLog.add(action.data);
      return { status: 201, body: '' };
    }
    case 'PATCH /_standin/clusters':
      return changed(changesSchema, ({ id, ...changes }) =>
        parts.records.changeCluster(id, changes),
      );
    case 'PUT /_standin/clusters':
      return changed(documentSchema, ({ id, document }) =>
        parts.records.replaceCluster(id, document),
      );
    case 'GET /_standin/operations':
      return { status: 200, body: parts.records.list() };
    case 'POST /_standin/operations': {
      const request = startRequestSchema.safeParse(parseJson(body));
      return request.success
        ? { status: 201, body: parts.records.start(request.data) }
        : { status: 400, body: z.prettifyError(request.error) };
    }
    default:
      return { status: 404, body: 'no such route of the stand-in' };
  }
}
