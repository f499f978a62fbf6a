import { describe, expect, it } from 'vitest';
import { matchRoute, parseRoute } from '../../../local/host/route.ts';

describe('matchRoute', () => {
  it.each([
    ['a literal in any case, with a trailing slash', 'api/Things', '/API/things/', {}],
    ['a parameter', 'api/things/{id}', '/api/things/7', { id: '7' }],
    ['a decoded parameter', 'api/things/{id}', '/api/things/a%20b', { id: 'a b' }],
    [
      'an encoded slash, which stays encoded',
      'api/things/{id}',
      '/api/things/a%2Fb',
      { id: 'a%2Fb' },
    ],
    [
      'a broken escape, which stays as it is',
      'api/things/{id}',
      '/api/things/%E0%A4',
      { id: '%E0%A4' },
    ],
    ['an optional parameter', 'api/things/{id?}', '/api/things/7', { id: '7' }],
    ['an absent optional parameter', 'api/things/{id?}', '/api/things', {}],
    ['a catch-all', 'api/{*rest}', '/api/a/b', { rest: 'a/b' }],
    ['an empty catch-all', 'api/{*rest}', '/api', {}],
  ])('matches %s', (_, template, path, params) => {
    expect(matchRoute(parseRoute(template), path)).toEqual(params);
  });

  it.each([
    ['another literal', 'api/things', '/api/thing'],
    ['a missing parameter', 'api/things/{id}', '/api/things'],
    ['a longer path', 'api/things/{id}', '/api/things/7/8'],
    ['an empty segment', 'api/things/{id}', '/api//things/7'],
  ])('does not match %s', (_, template, path) => {
    expect(matchRoute(parseRoute(template), path)).toBeUndefined();
  });
});

describe('parseRoute', () => {
  it('lets literals win over parameters, and parameters over a catch-all', () => {
    const templates = ['a/{*rest}', 'a/{b}/c', '{a}/b/c', 'a/b/{c}', 'a/{b}', 'a/b/c'];
    const routes = templates
      .map(parseRoute)
      .toSorted((a, b) => (a.precedence < b.precedence ? -1 : 1));
    expect(routes.map((route) => route.template)).toEqual([
      '/a/b/c',
      '/a/b/{c}',
      '/a/{b}',
      '/a/{b}/c',
      '/a/{*rest}',
      '/{a}/b/c',
    ]);
  });

  it.each(['a/{id:int}', 'a/{id=5}', 'a/x{id}', '{id?}/a', '{*rest}/a'])(
    'refuses %s rather than to match something else than Azure',
    (template) => {
      expect(() => parseRoute(template)).toThrow('does not support');
    },
  );
});
