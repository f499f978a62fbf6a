import { app, type HttpHandler } from '@azure/functions';
import { theRoot } from './root.ts';

/** `GET /api/health`: 200, or 503 with the reasons. Anonymous: counts, times and setting names only. */
const health: HttpHandler = async () => {
  const report = await theRoot().health();
  return {
    status: report.status === 'unhealthy' ? 503 : 200,
    headers: { 'Cache-Control': 'no-store' },
    jsonBody: report,
  };
};

app.http('health', {
  methods: ['GET'],
  route: 'health',
  authLevel: 'anonymous',
  handler: health,
});
