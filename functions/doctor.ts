import { app } from '@azure/functions';
import { parseDoctorRequest } from '../shared/requests/doctor-request.ts';
import { readJsonIfAny } from './request-body.ts';
import { answeringAlways } from './http-handler.ts';
import { invalidRequest } from './problem.ts';
import { theRoot } from './root.ts';

/**
 * `POST /api/doctor`: checks what the app needs, also where the settings are wrong. 200 when nothing failed and
 * 503 otherwise, with the same report, so that `curl --fail` is enough for a pipeline.
 */
const doctor = answeringAlways(async (request) => {
  const parsed = parseDoctorRequest(await readJsonIfAny(request));
  if ('problems' in parsed) throw invalidRequest(parsed.problems);
  const report = await theRoot().diagnose(parsed.request);
  return {
    status: report.ok ? 200 : 503,
    headers: { 'Cache-Control': 'no-store' },
    jsonBody: report,
  };
});

app.http('doctor', {
  methods: ['POST'],
  route: 'doctor',
  authLevel: 'function',
  handler: doctor,
});
