import type { ListQuery } from '../../shared/store/operation-list.ts';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { parseListQuery, writeContinuationToken } from '../../shared/requests/list-request.ts';

const subscriptionId = '11111111-2222-3333-4444-555555555555';

function parse(query: string): ReturnType<typeof parseListQuery> {
  return parseListQuery(new URLSearchParams(query));
}

describe('a list', () => {
  it.each<[string, Partial<ListQuery>]>([
    [
      '',
      {
        state: 'active',
        top: 100,
        position: null,
        subscriptionId: null,
        resourceGroupName: null,
        resourceName: null,
      },
    ],
    ['state=finished', { state: 'finished' }],
    ['state=all&top=1', { state: 'all', top: 1 }],
    ['top=1000', { top: 1000 }],
    ['code=the-key&clientId=default', { state: 'active' }],
    [
      `subscriptionId=${subscriptionId}&resourceGroupName=rg&resourceName=aks`,
      { subscriptionId, resourceGroupName: 'rg', resourceName: 'aks' },
    ],
  ])('understands %j', (query, expected) => {
    expect(parse(query)).toMatchObject({ query: expected });
  });

  it.each([
    ['state=', ['/state']],
    ['State=all', ['/State']],
    ['status=Failed&top=0&a/b=1', ['/status', '/a~1b', '/top']],
    ['state=Active', ['/state']],
    ['top=0', ['/top']],
    ['top=1001', ['/top']],
    ['top=', ['/top']],
    ['top=1e2', ['/top']],
    ['top=-1', ['/top']],
    ['subscriptionId=prod', ['/subscriptionId']],
    ["resourceName=x' or PartitionKey ne '", ['/resourceName']],
    ['continuationToken=x', ['/continuationToken']],
    [
      `continuationToken=${Buffer.from('{"table":"secrets","token":null}').toString('base64url')}`,
      ['/continuationToken'],
    ],
    [
      'state=x&top=x&resourceGroupName=rg.&continuationToken=',
      ['/state', '/top', '/resourceGroupName', '/continuationToken'],
    ],
  ])('refuses %j, with every problem', (query, expected) => {
    const result = parse(query);
    expect('problems' in result && result.problems.map(({ pointer }) => pointer)).toEqual(expected);
  });

  it('goes on where its continuation token says, which is safe in a URL', () => {
    const text = fc.stringMatching(/^[\w.!'() äλ🦊-]{0,100}$/u);
    const positions = fc.record({ partitionKey: text, rowKey: text });
    fc.assert(
      fc.property(positions, (position) => {
        const token = writeContinuationToken(position);
        expect(encodeURIComponent(token)).toBe(token);
        expect(parse(`continuationToken=${token}`)).toMatchObject({ query: { position } });
      }),
    );
  });
});
