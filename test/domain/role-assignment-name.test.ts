import { describe, expect, it } from 'vitest';
import { roleAssignmentName } from '../../shared/domain/role-assignment-name.ts';
import cluster from '../../infra/snapshots/reader-cluster.snapshot.json' with { type: 'json' };
import group from '../../infra/snapshots/reader-resource-group.snapshot.json' with { type: 'json' };
import subscription from '../../infra/snapshots/reader-subscription.snapshot.json' with { type: 'json' };

describe.each([
  ['a subscription', subscription],
  ['a resource group', group],
  ['a cluster', cluster],
])('the name of the role on %s', (_what, { predictedResources: [made] }) => {
  const { principalId, roleDefinitionId } = made?.properties ?? {};
  const [scope = ''] = made?.id.split('/providers/Microsoft.Authorization/') ?? [];
  const role = roleDefinitionId?.split('/').at(-1) ?? '';

  it('is the one that a deployment gives, as Bicep’s compiler evaluates it', () => {
    expect(roleAssignmentName(scope, principalId ?? '', role)).toBe(made?.name);
  });

  it('is the same however scope and principal are written, and another for another principal', () => {
    expect(roleAssignmentName(scope.toUpperCase(), principalId?.toUpperCase() ?? '', role)).toBe(
      made?.name,
    );
    expect(roleAssignmentName(scope, 'someone else', role)).not.toBe(made?.name);
  });
});
