import { app, type HttpHandler } from '@azure/functions';

/**
 * `GET /api/openapi.json`: the description of this API, which `npm run openapi` writes. Anonymous, and served
 * whatever the settings are: it shows nothing of them. Loaded when first asked for.
 */
const openapi: HttpHandler = async () => {
  const { default: description } = await import('../openapi.json', { with: { type: 'json' } });
  return { jsonBody: description };
};

app.http('openapi', {
  methods: ['GET'],
  route: 'openapi.json',
  authLevel: 'anonymous',
  handler: openapi,
});
