import { armIdOf } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import { armOrigins, clouds } from '../../shared/settings/clouds.ts';
import { parseRegistration } from '../../shared/requests/register-request.ts';
import { reference } from '../support/operation-builders.ts';

const { subscriptionId, operationId } = reference;
const path = `/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/locations/westeurope/operations/${operationId}?api-version=2016-03-30&t=639&s=geheim`;
const hosts = Object.values(clouds).map(({ armEndpoint }) => new URL(armEndpoint).hostname);

/** What is wrong with a URL; empty: nothing. */
function problems(operationUrl: string, endpoint?: string) {
  const body = { operationUrl, clusterId: armIdOf(reference) };
  const parsed = parseRegistration(body, new Set(), armOrigins(endpoint));
  return 'problems' in parsed ? parsed.problems : [];
}

const refused = [
  expect.objectContaining({
    pointer: '/operationUrl',
    message: expect.stringMatching(
      /Azure Resource Manager without a user name; its origin must be one of: https:\/\/management\.azure\.com,/,
    ),
  }),
];

/** Before the path, made of a cloud's host. */
const own: Readonly<Record<string, (host: string) => string>> = {
  'as it is': (host) => `https://${host}`,
  'in capitals': (host) => `HTTPS://${host.toUpperCase()}`,
  'with its port': (host) => `https://${host}:443`,
};
const foreign: Readonly<Record<string, (host: string) => string>> = {
  'without TLS': (host) => `http://${host}`,
  'without TLS, at the port of TLS': (host) => `http://${host}:443`,
  'by another scheme': (host) => `ftp://${host}`,
  'at another port': (host) => `https://${host}:8443`,
  'at port 80': (host) => `https://${host}:80`,
  'as a user of another host': (host) => `https://${host}@evil.example`,
  'as a user with a password of another host': (host) => `https://${host}:443@evil.example`,
  'with a user': (host) => `https://user@${host}`,
  'with a user and a password': (host) => `https://user:word@${host}`,
  'with a password': (host) => `https://:word@${host}`,
  'with a dot at its end': (host) => `https://${host}.`,
  'within another domain': (host) => `https://${host}.evil.example`,
  'at the end of another name': (host) => `https://evil${host}`,
  'with a host below it': (host) => `https://evil.${host}`,
  'without its first part': (host) => `https://${host.replace('management.', '')}`,
  'with a look-alike letter': (host) => `https://${host.replace('a', '\u0430')}`,
};
const each = (forms: typeof own): [string, string][] =>
  Object.entries(forms).flatMap(([name, form]) =>
    hosts.map((host): [string, string] => [`${host} ${name}`, form(host)]),
  );

describe('the URL of an operation', () => {
  it.each(each(own))('is taken from %s', (_, origin) => {
    expect(problems(origin + path)).toEqual([]);
  });

  it.each([
    ...each(foreign),
    ['another host', 'https://evil.example'],
    ['this machine', 'http://127.0.0.1'],
    ['this machine by TLS', 'https://localhost'],
    ['the metadata service', 'http://169.254.169.254'],
  ])('is refused from %s', (_, origin) => {
    expect(problems(origin + path)).toEqual(refused);
    expect(JSON.stringify(problems(origin + path))).not.toContain('geheim');
  });

  it.each([
    ['https://arm.example', 'https://ARM.example:443', true],
    ['https://arm.example', 'http://arm.example', false],
    ['https://arm.example', 'https://arm.example:444', false],
    ['https://arm.example:8443/', 'https://arm.example:8443', true],
    ['https://arm.example:8443', 'https://arm.example', false],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000', true],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4001', false],
    ['http://127.0.0.1:4000', 'https://127.0.0.1:4000', false],
    ['http://127.0.0.1:4000', 'http://localhost:4000', false],
    ['http://127.0.0.1:4000', 'http://user@127.0.0.1:4000', false],
    ['http://[::1]:4000', 'http://[::1]:4000', true],
    ['http://127.0.0.1:4000', 'https://management.azure.com', true],
    ['http://127.0.0.1:4000', 'http://management.azure.com', false],
  ])('with ARM_ENDPOINT %s, from %s is taken or not: %s', (endpoint, origin, isTaken) => {
    expect(problems(origin + path, endpoint)).toEqual(isTaken ? [] : refused);
  });

  it('with another fault is refused for that fault alone', () => {
    const [first, ...others] = problems('https://evil.example/operations/x');
    expect(others).toEqual([]);
    expect(first?.message).toContain('Azure-AsyncOperation header');
  });
});
