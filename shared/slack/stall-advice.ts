import { phaseOf } from '../domain/status.ts';
import type { OperationReference } from '../domain/reference.ts';
import type { OperationState } from '../domain/tracked.ts';
import { drainsNodes } from '../domain/stall.ts';
import type { Advice } from './notice.ts';

const drainPage =
  'https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/create-upgrade-delete/error-code-poddrainfailure';
const nodesPage =
  'https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/availability-performance/node-not-ready-basic-troubleshooting';

/** What usually holds up such a phase, and what shows it. */
export function stallAdvice(
  { resourceName }: OperationReference,
  state: Pick<OperationState, 'status' | 'kind' | 'parts'>,
): Advice {
  const kubectl = `kubectl --context ${resourceName}`;
  const note = 'after az aks get-credentials';
  if (drainsNodes(state))
    return {
      cause:
        'Usually a disruption budget lets no pod of the node be evicted. By default AKS tries for 30 min on each node, then gives up.',
      step: 'See which pod cannot be evicted, and let its budget allow one disruption; the upgrade then goes on by itself.',
      // As Microsoft's page about PodDrainFailure looks for it.
      command: `${kubectl} get events -A | grep -i drain`,
      note,
      page: { url: drainPage, label: 'Blocked drains' },
    };
  if (/node|pool|scal/i.test(phaseOf(state.status ?? '')) || state.kind.action === 'scale')
    return {
      cause: 'Usually new nodes do not become ready.',
      step: 'See whether there are nodes that are not ready; if not, see the activity log.',
      command: `${kubectl} get nodes`,
      note,
      page: { url: nodesPage, label: 'Nodes that are not ready' },
    };
  return {
    cause: null,
    step: 'See in the activity log what Azure was doing last; if nothing moves, ask Azure support.',
    command: null,
    note: null,
    page: null,
  };
}
