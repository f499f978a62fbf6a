import { describe, expect, it } from 'vitest';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import { endedSomehow, explain, type Explanation } from '../../shared/explain/explain.ts';
import table from '../../shared/explain/explanations.json' with { type: 'json' };
import { toErrorDetail, type ErrorDetail } from '../../shared/domain/errors.ts';
import { readErrors } from '../../shared/domain/foreign-error.ts';
import { foreignError, hostileText } from '../support/operation-arbitraries.ts';
import { reference, start, type RawError } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';

/** What a body of ARM with this error, and a sub-operation with that one, is explained by. */
function explained(error: RawError, subOperation?: RawError): Explanation | null {
  const operations = [{ status: 'Failed', error: subOperation }];
  const seen = parseOperationStatus({ status: 'Failed', error, operations }, start)?.error ?? null;
  return seen === null ? null : explain(seen, reference, endedSomehow);
}

/** The words of an AKS error that wraps one of a resource provider. */
function reconciled(
  reconciler: string,
  subCode: string,
  dependency: string,
  original: string,
): string {
  return `${reconciler} retry failed:\nCategory: ClientError;\nSubCode: ${subCode};\nDependency: ${dependency};\nOrginalError: ${original};\nAKSTeam: Networking,\nRetriable: false`;
}

const cseFailed = (status: number, said: string): RawError => ({
  code: 'VMExtensionProvisioningError',
  message: `VM has reported a failure when processing extension 'vmssCSE'. Error message: "Enable failed: failed to execute command: command terminated with exit status=${status}\n[stdout]\n{ "ExitCode": "${status}", "Output": "${said}"`,
});

// As Microsoft's troubleshooting pages show them, with names of our own.
const bodies: [
  name: string,
  error: RawError,
  code: string,
  cause: string,
  subOperation?: RawError,
][] = [
  [
    'a drain three levels down',
    {
      code: 'UpgradeFailed',
      message: 'Upgrade of the managed cluster failed.',
      details: [
        {
          code: 'ReconcileAgentPoolFailed',
          target: 'userpool',
          details: [
            { code: 'PodDrainFailure', message: 'Drain node aks-userpool-vmss000004 failed.' },
          ],
        },
      ],
    },
    'PodDrainFailure',
    'PodDisruptionBudget',
  ],
  [
    'a drain that only the message tells',
    {
      code: 'UpgradeFailed',
      message:
        "Drain node aks-user-31284417-vmss000004 failed when evicting pod checkout-7d9f failed with Too Many Requests error. This is often caused by a restrictive Pod Disruption Budget (PDB) policy. See https://aka.ms/aks/debugdrainfailures. Original error: Cannot evict pod as it would violate the pod's disruption budget.. PDB debug info: payments/checkout-7d9f blocked by pdb checkout-pdb with 0 unready pods.",
    },
    'UpgradeFailed',
    'PodDisruptionBudget',
  ],
  [
    'a budget that allows nothing',
    {
      code: 'UnsatisfiablePDB',
      message:
        "1 error occurred:\n\t* PDB payments/checkout-pdb has maxunavailble == 0 can't proceed with put operation",
    },
    'UnsatisfiablePDB',
    'maxUnavailable 0',
  ],
  [
    'a full subnet, quoted by the node pool',
    {
      code: 'ReconcileVMSSAgentPoolFailed',
      message:
        "VMSSAgentPoolReconciler retry failed: Code='SubnetIsFull' Message='snet-aks with address prefix 10.1.0.0/24 doesn't have enough capacity for IP addresses.' Details=[]",
    },
    'SubnetIsFull',
    'too few free IP addresses',
  ],
  [
    'a small quota',
    {
      code: 'QuotaExceeded',
      message:
        'Provisioning of resource(s) for container service aks-prod in resource group rg-prod failed. Message: Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Location: westeurope, Current Limit: 10, Current Usage: 8, Additional Required: 4.',
    },
    'QuotaExceeded',
    'quota in this region is too small',
  ],
  [
    'a small quota under a code with many meanings',
    {
      code: 'OperationNotAllowed',
      message:
        'Operation could not be completed as it results in exceeding approved standardEv3Family Cores quota. Additional details - Deployment Model: Resource Manager, Location: uksouth, Current Limit: 200.',
    },
    'OperationNotAllowed',
    'quota in this region is too small',
  ],
  [
    'a preflight check of the quota',
    {
      code: 'ErrCode_InsufficientVCPUQuota',
      message:
        'Insufficient vcpu quota requested 6, remaining 4 for family standardDCSv2Family for region westeurope.',
    },
    'ErrCode_InsufficientVCPUQuota',
    'quota in this region is too small',
  ],
  [
    'another operation that runs',
    {
      code: 'OperationNotAllowed',
      message:
        'Operation is not allowed: Another agentpool operation (Scaling) is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details',
    },
    'OperationNotAllowed',
    'has not ended yet',
  ],
  [
    'a jump between versions',
    {
      code: 'OperationNotAllowed',
      message:
        'Upgrading Kubernetes version 1.29.9 to 1.31.6 is not allowed. Available upgrades: [1.30.14].',
    },
    'OperationNotAllowed',
    'one minor version at a time',
  ],
  [
    'nodes that cannot go out (exit status)',
    {
      code: 'ResourceOperationFailure',
      message: "The resource operation completed with terminal provisioning state 'Failed'.",
      details: [
        cseFailed(
          50,
          'nc: connect to mcr.microsoft.com port 443 (tcp) failed: Connection timed out',
        ),
      ],
    },
    'VMExtensionProvisioningError',
    'could not reach the addresses outside',
  ],
  [
    'nodes that cannot reach the API server (the extension’s own code)',
    {
      code: 'VMExtensionProvisioningError',
      message:
        "CSE failed with 'VMExtensionError_K8SAPIServerConnFail'. Agents are unable to establish connection to Kubernetes API server. Connection timed out.",
    },
    'VMExtensionError_K8SAPIServerConnFail',
    'API server on port 443',
  ],
  [
    'nodes that cannot resolve the API server',
    cseFailed(52, 'Agents are unable to resolve Kubernetes API server name'),
    'VMExtensionProvisioningError',
    'could not resolve the name',
  ],
  [
    'a sub-code behind an internal error',
    {
      code: 'InternalServerError',
      message:
        "We are unable to serve this request due to an internal error\nSubCode: VMExtensionError_CniDownloadTimeout;\nMessage=\"VM has reported a failure when processing extension 'vmssCSE'.",
    },
    'VMExtensionError_CniDownloadTimeout',
    'CNI',
  ],
  [
    'Windows nodes',
    {
      code: 'VMExtensionProvisioningError',
      message:
        'CSE Error: WINDOWS_CSE_ERROR_CHECK_API_SERVER_CONNECTIVITY." Exit Code: 5. Details: Unable to establish connection from agents to Kubernetes API server.',
    },
    'WINDOWS_CSE_ERROR_CHECK_API_SERVER_CONNECTIVITY',
    'Windows nodes',
  ],
  [
    'a registry that refuses the nodes of an isolated cluster',
    cseFailed(212, 'Bootstrap Container Registry authorization failed.'),
    'VMExtensionProvisioningError',
    'were refused by the container registry',
  ],
  [
    'an exit status that nobody knows',
    cseFailed(500, ''),
    'VMExtensionProvisioningError',
    'A VM extension failed',
  ],
  [
    'no capacity in the zone',
    {
      code: 'ZonalAllocationFailed',
      message:
        'Allocation failed. We do not have sufficient capacity for the requested VM size in this zone.',
    },
    'ZonalAllocationFailed',
    'too little capacity',
  ],
  [
    'a size that the region does not have',
    {
      code: 'InvalidParameter',
      target: 'vmSize',
      message: 'The requested VM size Standard_D4s_v3 is not available in the current region.',
    },
    'InvalidParameter',
    'is not available to this subscription',
  ],
  [
    'a newer operation',
    {
      code: 'AKSOperationPreempted',
      message:
        'This operation has been preempted by another operation with ID 0c6d4f0e-0000-4000-8000-000000000000',
    },
    'AKSOperationPreempted',
    'newer operation',
  ],
  [
    'an expired secret',
    {
      code: 'BadRequest',
      message:
        'The credentials in ServicePrincipalProfile were invalid. Please see https://aka.ms/aks-sp-help for more details. (Details: adal: Refresh request failed. Status Code = \'401\'. Response body: {"error": "invalid_client", "error_description": "The provided client secret keys are expired."',
    },
    'BadRequest',
    'client secret has expired',
  ],
  [
    'an expired secret that the sign-in service names',
    {
      message:
        '"error_description": "AADSTS7000222: The provided client secret keys for app \'x\' are expired."',
    },
    'AADSTS7000222',
    'client secret has expired',
  ],
  [
    'a linked scope',
    {
      code: 'ReconcileVNetFailed',
      message: reconciled(
        'VNetReconciler',
        'LinkedAuthorizationFailed',
        'Microsoft.Network/virtualNetworks',
        'Code="LinkedAuthorizationFailed" Message="The client has permission to perform action on scope; however, it doesn\'t have permission on the linked scope(s)"',
      ),
    },
    'LinkedAuthorizationFailed',
    'linked resource',
  ],
  [
    'too many public addresses',
    {
      code: 'ReconcileStandardLoadBalancerFailed',
      message: reconciled(
        'outboundReconciler',
        'PublicIPCountLimitReached',
        'Microsoft.Network/PublicIPAddresses',
        'Code="PublicIPCountLimitReached" Message="Cannot create more than 1000 public IP addresses for this subscription in this region." Details=[]',
      ),
    },
    'PublicIPCountLimitReached',
    'public IP addresses',
  ],
  [
    'a code in front of a message, as the command line shows it',
    {
      message:
        '(ServiceCidrOverlapExistingSubnetsCidr) The specified service CIDR 10.0.0.0/16 is conflicted with an existing subnet CIDR 10.0.4.0/24',
    },
    'ServiceCidrOverlapExistingSubnetsCidr',
    'service address range',
  ],
  [
    'a policy, in JSON within the message',
    {
      code: 'Conflict',
      message: String.raw`{"status":"Failed","error":{\"code\":\"RequestDisallowedByPolicy\",\"message\":\"Resource 'MC_rg' was disallowed by policy.\"}}`,
    },
    'RequestDisallowedByPolicy',
    'Azure Policy',
  ],
  [
    'a lock',
    {
      code: 'ScopeLocked',
      message:
        "The scope '/subscriptions/x' cannot perform write operation because following scope(s) are locked.",
    },
    'ScopeLocked',
    'resource lock',
  ],
  [
    'APIs that are no longer to be used',
    {
      code: 'ValidationError',
      message:
        'Control Plane upgrade is blocked due to recent usage of a Kubernetes API deprecated in the specified version.',
    },
    'ValidationError',
    'deprecates or removes',
  ],
  [
    'versions that do not fit, in another case',
    {
      code: 'nodepoolmcversionincompatible',
      message: 'Node pool version 1.28.9 and control plane version 1.32.1 are incompatible.',
    },
    'NodePoolMcVersionIncompatible',
    'too far behind',
  ],
  [
    'a node pool of a sub-operation',
    { code: 'UpgradeFailed', message: '1 of 2 agent pools failed.' },
    'QuotaExceeded',
    'quota in this region is too small',
    { code: 'QuotaExceeded', message: 'exceeding quota limits of Core' },
  ],
  [
    'too many disks',
    {
      code: 'OperationNotAllowed',
      message: 'The maximum number of data disks allowed to be attached to a VM of this size is 8.',
    },
    'OperationNotAllowed',
    'more data disks',
  ],
  [
    'a wrapper alone',
    { code: 'UpgradeFailed', message: 'Something failed.' },
    'UpgradeFailed',
    'does not say why',
  ],
];

describe('an error is explained', () => {
  it.each(bodies)('%s', (_, error, code, cause, subOperation) => {
    expect(explained(error, subOperation)).toMatchObject({
      code,
      cause: expect.stringContaining(cause),
      link: expect.stringMatching(/^https:\/\/learn\.microsoft\.com\//),
    });
  });

  it.each<[string, RawError]>([
    ['an unknown code', { code: 'BrandNew', message: 'Nobody has seen this.' }],
    [
      'a code whose words fit none of its meanings',
      { code: 'OperationNotAllowed', message: 'No.' },
    ],
    [
      'a known code as a word of a sentence',
      { code: 'X', message: 'The requests were Throttled.' },
    ],
    ['a longer code', { code: 'QuotaExceededSomewhere' }],
    ['no code', { message: 'Oh.' }],
  ])('not by %s', (_, error) => {
    expect(explained(error)).toBeNull();
  });

  it('by the deepest code of those that say something', () => {
    const details = [{ code: 'X', details: [{ code: 'SubnetIsFull' }] }];
    expect(explained({ code: 'QuotaExceeded', details })).toMatchObject({ code: 'SubnetIsFull' });
  });

  it('by a code of its own before one that a message quotes, though that is deeper', () => {
    const quoting = { code: 'X', message: 'Code="SubnetIsFull"' };
    expect(explained({ code: 'QuotaExceeded', details: [quoting] })).toMatchObject({
      code: 'QuotaExceeded',
    });
  });

  it('by the innermost of several that a message quotes', () => {
    const message =
      '(UpgradeFailed) Code="AllocationFailed" OrginalError: Code="SubnetIsFull" Message=""';
    expect(explained({ message })).toMatchObject({ code: 'SubnetIsFull' });
  });

  it('by the first of several that are as deep', () => {
    const details = [{ code: 'New' }, { code: 'SubnetIsFull' }, { code: 'QuotaExceeded' }];
    expect(explained({ code: 'UpgradeFailed', details })).toMatchObject({ code: 'SubnetIsFull' });
  });
});

const toError = (error: RawError): ErrorDetail =>
  toErrorDetail(readErrors([error])) ?? expect.unreachable();

describe('the command', () => {
  const quota = toError({ code: 'QuotaExceeded' });

  it('names the cluster', () => {
    expect(explain(quota, reference, endedSomehow)?.command).toBe(
      'az vm list-usage --subscription 11111111-2222-3333-4444-555555555555 -l "$(az aks show -g rg-prod -n aks-prod-weu --subscription 11111111-2222-3333-4444-555555555555 --query location -o tsv)" -o table',
    );
  });

  it.each([
    ['rg (prod)', "-g 'rg (prod)' "],
    ['rg-ä', "-g 'rg-ä' "],
    ["a'; rm -rf /; '", String.raw`-g 'a'\''; rm -rf /; '\''' `],
    ['$(reboot)', "-g '$(reboot)' "],
    ['{cluster}', "-g '{cluster}' "],
    ['', "-g '' "],
  ])('quotes a name that a shell would read otherwise: %s', (resourceGroupName, word) => {
    expect(explain(quota, { ...reference, resourceGroupName }, endedSomehow)?.command).toContain(
      word,
    );
  });
});

const knownCodes = table.explanations.flatMap((entry) =>
  'codes' in entry && entry.codes !== undefined && !('general' in entry) ? entry.codes : [],
);

/** Errors with codes that nobody knows. */
const unknown = foreignError
  .map((error) => toErrorDetail(readErrors([error])))
  .filter((error) => error !== null)
  .map(renamed);

function renamed({ code, details, ...rest }: ErrorDetail): ErrorDetail {
  return { ...rest, code: code === null ? null : `Zz${code}`, details: details.map(renamed) };
}

/** Puts an error somewhere into another, as `at` says. */
function plant(into: ErrorDetail, error: ErrorDetail, [at = 0, ...deeper]: number[]): ErrorDetail {
  const place = at % (into.details.length + 1);
  const child = into.details[place];
  const details =
    child === undefined || deeper.length === 0
      ? into.details.toSpliced(place, 0, error)
      : into.details.with(place, plant(child, error, deeper));
  return { ...into, details };
}

describe('whatever ARM sends', () => {
  it('unknown codes around a known one lose nothing', () => {
    fc.assert(
      fc.property(
        unknown,
        fc.constantFrom(...knownCodes),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
        unknown,
        (around, code, at, below) => {
          const known = { code, message: null, target: null, details: [] };
          const alone = explain(known, reference, endedSomehow);
          expect(alone?.code).toBe(code);
          expect(explain(plant(around, known, at), reference, endedSomehow)).toEqual(alone);
          expect(explain({ ...known, details: [below] }, reference, endedSomehow)).toEqual(alone);
        },
      ),
    );
  });

  it('is explained by the table or not at all, and nothing throws', () => {
    const habits = [
      'Code="',
      'SubCode: ',
      String.raw`\"code\":\"`,
      '(',
      "CSE failed with '",
      '"',
      ')',
      "'",
      'exit status=50',
    ];
    const pieces = fc.constantFrom(...habits, ...knownCodes, 'VMExtensionProvisioningError', 'X');
    const quoting = fc.array(fc.oneof(pieces, hostileText)).map((parts) => parts.join(''));
    const causes = new Set(table.explanations.map(({ cause }) => cause));
    fc.assert(
      fc.property(foreignError, quoting, pieces, (error, message, code) => {
        const tree = toError({ code, message, details: [error, { message }] });
        const explanation = explain(tree, reference, endedSomehow);
        expect(explanation === null || causes.has(explanation.cause)).toBe(true);
      }),
    );
  });
});
