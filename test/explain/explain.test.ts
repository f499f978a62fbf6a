import { describe, expect, it } from 'vitest';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import { endedSomehow, explain, type Explanation } from '../../shared/explain/explain.ts';
import type { ErrorDetail } from '../../shared/domain/error-detail.ts';
import { toErrorDetail } from '../../shared/domain/error-detail.ts';
import { readErrors } from '../../shared/domain/foreign-error.ts';
import { explained, keptError } from '../support/explained.ts';
import { tableEntries, wordingsOf } from '../support/explanation-table.ts';
import { foreignError, hostileText } from '../support/operation-arbitraries.ts';
import { reference, start, type RawError } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';

/** What a body of ARM with this error, and a sub-operation with that one, is explained by. */
function ofBody(error: RawError, subOperation: RawError): Explanation | null {
  const operations = [{ status: 'Failed', error: subOperation }];
  const seen = parseOperationStatus({ status: 'Failed', error, operations }, start)?.error ?? null;
  return seen === null ? null : explain(seen, reference, endedSomehow);
}

const blocked =
  "Drain node aks-np1-31284417-vmss000004 failed when evicting pod web-7d9f failed with Too Many Requests error. Original error: Cannot evict pod as it would violate the pod's disruption budget.. PDB debug info: shop/web-7d9f blocked by pdb web-pdb with 0 unready pods.";

describe('an error is explained by its most specific part', () => {
  it.each<[string, RawError, string]>([
    [
      'a reason three levels below a wrapper',
      {
        code: 'UpgradeFailed',
        message: 'Upgrade of the managed cluster failed.',
        details: [{ code: 'ReconcileAgentPoolFailed', details: [{ code: 'SubnetIsFull' }] }],
      },
      'subnet is full',
    ],
    [
      'a phrase in the message of a wrapper',
      { code: 'ReconcileVMSSAgentPoolFailed', message: blocked },
      'drain blocked by PDB shop/web-pdb',
    ],
    [
      'of two codes that say little the quoted one',
      {
        code: 'ReconcileVMSSAgentPoolFailed',
        message:
          'Details: Code="VMExtensionProvisioningError" Message="VM has reported a failure when processing extension \'vmssCSE\'."',
      },
      'node setup failed',
    ],
    [
      'the deepest code of those that say something',
      { code: 'QuotaExceeded', details: [{ code: 'X', details: [{ code: 'SubnetIsFull' }] }] },
      'subnet is full',
    ],
    [
      'a code of its own before one that a message quotes, though that is deeper',
      { code: 'QuotaExceeded', details: [{ code: 'X', message: 'Code="SubnetIsFull"' }] },
      'quota too small',
    ],
    [
      'the innermost of several that a message quotes',
      { message: '(UpgradeFailed) Code="AllocationFailed" OrginalError: Code="SubnetIsFull"' },
      'subnet is full',
    ],
    [
      'the first of several that are as deep',
      {
        code: 'UpgradeFailed',
        details: [{ code: 'New' }, { code: 'SubnetIsFull' }, { code: 'QuotaExceeded' }],
      },
      'subnet is full',
    ],
    [
      'what tells one meaning of a code, though it stands in another message',
      {
        code: 'UpgradeFailed',
        message: 'admission webhook "a.b" denied the request',
        details: [{ code: 'PodDrainFailure' }],
      },
      'eviction refused by webhook a.b',
    ],
    [
      'the target, where the message does not say it',
      { code: 'InsufficientSubnetSize', target: 'networkProfile.podCIDR', message: 'Too small.' },
      'pod address range too small',
    ],
    [
      'the end of a long text',
      { code: 'UpgradeFailed', message: `${'log line\n'.repeat(3000)}${blocked}` },
      'drain blocked by PDB shop/web-pdb',
    ],
    [
      'the start of a long text',
      { code: 'UpgradeFailed', message: `${blocked}${'log line\n'.repeat(3000)}` },
      'drain blocked by PDB shop/web-pdb',
    ],
  ])('%s', (_, error, title) => {
    expect(explained(error)?.title).toBe(title);
  });

  it('of a sub-operation too', () => {
    const error = { code: 'UpgradeFailed', message: '1 of 2 agent pools failed.' };
    expect(ofBody(error, { code: 'QuotaExceeded' })?.title).toBe('quota too small');
  });

  it('a wrapper alone is not explained: it says that Azure’s reason is below, or that there is none', () => {
    expect(explained({ code: 'UpgradeFailed', message: 'Oh.' })?.title).toBe(
      "Azure's reason is below",
    );
    expect(explained({ code: 'UpgradeFailed' })?.title).toBe('Azure gives no reason');
  });

  it.each<[string, RawError]>([
    ['an unknown code', { code: 'BrandNew', message: 'Nobody has seen this.' }],
    [
      'a code whose words fit none of its meanings',
      { code: 'OperationNotAllowed', message: 'No.' },
    ],
    [
      'a known code as a word of a sentence',
      { code: 'X', message: 'The requests were Throttled, then Canceled (Canceled).' },
    ],
    ['a known code within an address', { code: 'X', message: 'See https://a.b/SubnetIsFull/x' }],
    ['a longer code', { code: 'QuotaExceededSomewhere' }],
    ['no code', { message: 'Oh.' }],
    [
      'a state that is no other operation, nor a refusal',
      { code: 'X', message: 'managed cluster is in Provisioning State (Succeeded)' },
    ],
  ])('nothing is made up of %s', (_, error) => {
    expect(explained(error)).toBeNull();
  });
});

describe('an explanation is for what runs', () => {
  it.each([
    ['upgrade', 'then upgrade again'],
    ['scale', 'then scale again'],
    ['create', 'then create the pool again'],
    ['update', 'then run the update again'],
    ['start', 'then start the pool again'],
    ['stop', 'then stop the pool again'],
    ['delete', 'then delete the pool again; or delete it with --ignore-pdb'],
  ] as const)('%s: %s', (action, words) => {
    const error = { code: 'PodDrainFailure', message: blocked };
    expect(explained(error, { action, target: 'agentPool' })?.step).toContain(words);
  });

  it('a step that failed shows the action, where nothing else does', () => {
    const details = [{ code: 'PodDrainFailure', message: blocked }];
    expect(explained({ code: 'DeleteVMSSAgentPoolFailed', details })?.step).toContain(
      'then delete it again',
    );
    expect(explained({ code: 'PodDrainFailure' })?.step).toContain('then run the operation again');
  });

  it('what runs may yet go on', () => {
    const running = { action: 'upgrade', isRunning: true } as const;
    expect(explained({ code: 'PodDrainFailure', message: blocked }, running)?.step).toBe(
      'Let shop/web-pdb allow one disruption (more replicas, a lower minAvailable): AKS waits for it until the drain timeout, 30 minutes if not set, and goes on by itself.',
    );
    expect(explained({ code: 'SubnetIsFull' }, running)?.step).toContain(
      ', and if it fails, upgrade again',
    );
  });

  it('what is so already needs nothing', () => {
    const message = 'managed cluster is not currently running, stopping cannot be performed';
    expect(explained({ code: 'OperationNotAllowed', message }, { action: 'stop' })).toMatchObject({
      title: 'already stopped',
      needsNothing: true,
    });
    expect(explained({ code: 'QuotaExceeded' })).not.toHaveProperty('needsNothing');
  });

  it('a command says what it needs', () => {
    expect(explained({ code: 'PodDrainFailure' })?.note).toBe('after az aks get-credentials');
    expect(explained({ code: 'Throttled' })?.note).toBe('needs the az extension aks-preview');
    expect(explained({ code: 'QuotaExceeded' })?.note).toBeUndefined();
  });
});

describe('names out of the error', () => {
  it('stand in title, cause, step and command', () => {
    expect(explained({ code: 'UpgradeFailed', message: blocked })).toEqual({
      code: 'PodDrainFailure',
      title: 'drain blocked by PDB shop/web-pdb',
      cause:
        'The budget shop/web-pdb allows no disruption, so pod shop/web-7d9f could not be evicted from node aks-np1-31284417-vmss000004.',
      step: 'Let shop/web-pdb allow one disruption (more replicas, a lower minAvailable), then upgrade again.',
      command: 'kubectl --context aks-prod-weu get pdb web-pdb -n shop',
      link: 'https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/create-upgrade-delete/error-code-poddrainfailure',
      note: 'after az aks get-credentials',
    });
  });

  const kubernetesName = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,14}[a-z0-9]$/);

  it('whatever they are', () => {
    fc.assert(
      fc.property(kubernetesName, kubernetesName, kubernetesName, (namespace, pod, pdb) => {
        const message = `PDB debug info: ${namespace}/${pod} blocked by pdb ${pdb} with 0 unready pods.`;
        const found = explained({ code: 'UpgradeFailed', message });
        expect(found?.title).toBe(`drain blocked by PDB ${namespace}/${pdb}`);
        expect(found?.command).toContain(` get pdb ${pdb} -n ${namespace}`);
      }),
    );
  });

  it('a name that is too long for a push is left out there', () => {
    const message = `PDB debug info: shop/${'a'.repeat(200)} blocked by pdb ${'b'.repeat(200)} with 0 unready pods.`;
    expect(explained({ code: 'UpgradeFailed', message })?.title).toBe('drain blocked by a PDB');
  });

  it.each<[string, RawError, string]>([
    [
      'no budget',
      { code: 'PodDrainFailure', message: 'blocked by pdb $(reboot)' },
      'get pdb -A --sort',
    ],
    [
      'no namespace',
      { code: 'PodDrainFailure', message: 'Sh_op/web-7d9f blocked by pdb web-pdb with' },
      'get pdb -A --field-selector metadata.name=web-pdb',
    ],
    [
      'no region and no size',
      { code: 'SkuNotAvailable', message: 'Standard_`id` in location $(id)' },
      '--size SIZE --all',
    ],
    [
      'no policy',
      {
        code: 'RequestDisallowedByPolicy',
        message:
          '{"policyAssignment":{"name":"a","id":"/providers/x/providers/Microsoft.Authorization/policyAssignments/a;reboot"}}',
      },
      'az policy assignment list',
    ],
  ])('what does not look like its kind is %s for the command', (_, error, command) => {
    expect(explained(error)?.command).toContain(command);
  });

  it('nothing foreign in a command means something to a shell', () => {
    const nasty = fc.constantFrom(
      ';reboot',
      '$(reboot)',
      '`id`',
      '&& x',
      '| x',
      '> /etc/x',
      '< x',
      '\n',
      '"',
      "'",
      '\\',
      '*',
      '{a,b}',
      '~',
      '#',
      '!',
      '<!channel>',
      '*bold*',
      ' ',
    );
    const mixed = fc
      .array(
        fc.oneof(nasty, fc.constantFrom('shop', 'web-pdb', 'westeurope', '12', 'Standard_D4s')),
        { minLength: 1, maxLength: 5 },
      )
      .map((parts) => parts.join(''));
    const bodies: readonly ((name: string) => RawError)[] = [
      (name) => ({
        code: 'UpgradeFailed',
        message: `${name}/${name} blocked by pdb ${name} with 0`,
      }),
      (name) => ({
        code: 'UnsatisfiablePDB',
        message: `PDB ${name}/${name} has maxunavailble == 0`,
      }),
      (name) => ({
        code: 'ControlPlaneAddOnsNotReady',
        message: `Pods not in Running status: ${name}`,
      }),
      (name) => ({
        code: 'SubnetIsFull',
        message: `Subnet ${name} with address prefix ${name} is full`,
      }),
      (name) => ({ code: 'QuotaExceeded', message: `for family ${name} for region ${name}` }),
      (name) => ({
        code: 'SkuNotAvailable',
        message: `VM size Standard_${name} in location '${name}'`,
      }),
      (name) => ({
        code: 'LinkedAuthorizationFailed',
        message: `object id '${name}' action '${name}' on the linked scope(s) '/subscriptions/${name}'`,
      }),
      (name) => ({
        code: 'ScopeLocked',
        message: `scope(s) are locked: '/subscriptions/x/resourceGroups/${name}'`,
      }),
      (name) => ({ code: 'AKSOperationPreempted', message: `another operation with ID ${name}` }),
      (name) => ({ code: 'AADSTS7000222', message: `keys for app '${name}' are expired` }),
      (name) => ({ code: 'SubscriptionNotRegistered', message: `namespace '${name}'` }),
      (name) => ({
        code: 'OperationNotAllowed',
        message: `Another operation (${name} - Updating) is in progress, please wait for it to finish`,
      }),
    ];
    const clean = bodies.map((body) => explained(body('?'))?.command);
    fc.assert(
      fc.property(mixed, fc.nat(bodies.length - 1), (name, at) => {
        const command = explained(bodies[at]?.(name) ?? {})?.command ?? '';
        // What is not our own are words of these characters, each whole.
        const own = new Set((clean[at] ?? '').split(/[\s"'=]+/));
        const foreign = command.split(/[\s"'=]+/).filter((word) => !own.has(word));
        for (const word of foreign) expect(word).toMatch(/^[\w./()[\]{}:,?|-]*$/);
        expect(command).not.toMatch(/[\n<>;&`\\~#]|\$\(reboot/);
      }),
      { numRuns: 500 },
    );
  });

  it('and 10,000 characters of a name do not get through', () => {
    for (const name of ['a'.repeat(10_000), 'a/'.repeat(5000), 'a-'.repeat(5000)]) {
      const message = `PDB ${name}/${name} has maxunavailble == 0, ${name}/x blocked by pdb ${name}`;
      const found = explain(
        { code: 'UnsatisfiablePDB', message, target: null, details: [] },
        reference,
        endedSomehow,
      );
      expect(JSON.stringify(found).length).toBeLessThan(2000);
    }
  });
});

describe('the command', () => {
  const quota = keptError({ code: 'QuotaExceeded' });

  it('names the cluster', () => {
    expect(explain(quota, reference, endedSomehow)?.command).toBe(
      'az vm list-usage -l "$(az aks show -g rg-prod -n aks-prod-weu --subscription 11111111-2222-3333-4444-555555555555 --query location -o tsv)" --subscription 11111111-2222-3333-4444-555555555555 -o table | grep -i regional',
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

const knownCodes = tableEntries.flatMap(({ codes = [], general }) =>
  general === true ? [] : codes,
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

/** A wording with anything in the place of its names. */
function filledIn(wording: string): RegExp {
  const [first = '', ...others] = wording.split(/\{[a-z]\w*\}/i).map((part) => RegExp.escape(part));
  return new RegExp(`^${[first, ...others].join('.{0,300}')}$`, 'su');
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
      ' blocked by pdb ',
      'PDB a/',
      ' quota',
      'admission webhook "',
      'locked: /subscriptions/',
    ];
    const pieces = fc.constantFrom(...habits, ...knownCodes, 'VMExtensionProvisioningError', 'X');
    const quoting = fc.array(fc.oneof(pieces, hostileText)).map((parts) => parts.join(''));
    const causes = tableEntries.flatMap(({ cause }) => wordingsOf(cause).map(filledIn));
    fc.assert(
      fc.property(foreignError, quoting, pieces, (error, message, code) => {
        const tree = keptError({ code, message, details: [error, { message }] });
        const explanation = explain(tree, reference, endedSomehow);
        if (explanation === null) return;
        expect(causes.some((cause) => cause.test(explanation.cause))).toBe(true);
        expect(explanation.title.length).toBeLessThanOrEqual(60);
        expect(explanation.title + explanation.cause + explanation.step).not.toMatch(
          /[\n<>`*&]|[\p{Cc}\p{Bidi_Control}]/u,
        );
      }),
    );
  });
});
