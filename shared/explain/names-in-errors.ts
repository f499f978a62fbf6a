import { exitStatusIn, meaningOfExit } from './exit-statuses.ts';
import {
  allNames,
  countOfOthers,
  forms,
  ifFound,
  joined,
  listed,
  most,
  one,
  onlyOne,
  phrase,
  scoped,
  trimmed,
  type Finder,
  type Scoped,
} from './name-finders.ts';

/** What stands in an error, by what a template calls it. `null`: it does not stand there, or does not look as it must. */
export type Names = (name: string) => string | null;

/** Names within the words of an error, which is of bounded length. Each is looked for when it is asked for. */
export function namesIn(said: string): Names {
  const known = new Map<string, string | null>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = finders.get(name)?.(said) ?? null;
    known.set(name, found);
    return found;
  };
}

/** The beginning of a word, so that a long word is looked at once. */
const start = String.raw`(?<![\w.-])`;
const label = String.raw`[\w.-]{1,253}`;
const space = String.raw`[\w.-]{1,63}`;

const budgetPatterns = [
  new RegExp(`${start}PDB '?(?<namespace>${space})/(?<name>${label})`, 'gi'),
  new RegExp(`${start}(?<namespace>${space})/${label} blocked by pdb '?(?<name>${label})`, 'gi'),
  new RegExp(`blocked by pdb '?(?<name>${label})`, 'gi'),
  new RegExp(`disruption budget "?(?<name>${label})"? needs`, 'gi'),
  new RegExp(`poddisruptionbudgets?[ /"]{1,2}(?<namespace>${space})/(?<name>${label})`, 'gi'),
];
const podPatterns = [
  new RegExp(`${start}(?<namespace>${space})/(?<name>${label}) blocked by pdb`, 'gi'),
  new RegExp(`pods?/"?(?<name>${label})"? -n "?(?<namespace>${space})`, 'gi'),
  new RegExp(`pods? \\[?['"]?(?<namespace>${space})/(?<name>${label})`, 'gi'),
  new RegExp(
    `(?:evict|evicting|delete|deleting|complete|req) pods? \\[?['"]?(?<name>${label})`,
    'gi',
  ),
];
const budgets = (said: string): Scoped[] => scoped(said, budgetPatterns);
const pods = (said: string): Scoped[] =>
  scoped(said, podPatterns).filter(({ name }) => /[0-9-]/.test(name));

const nodePattern =
  /\b(aks-?[a-z0-9]{1,12}-\d{5,10}-vmss[0-9a-z]{6}|aks[a-z][a-z0-9]{0,5}[0-9a-z]{6})\b/gi;
const armIds = /(\/subscriptions\/[\w./-]{1,900})/gi;

function withinId(type: string): RegExp {
  return new RegExp(`/${type}/([\\w.-]{1,90})`, 'gi');
}

/** The ID of a resource of a type, up to its name. */
function idOf(type: string): Finder {
  const end = new RegExp(`/${type}/[\\w.-]{1,90}$`, 'i');
  return (said) => allNames(said, forms.armId, [armIds]).find((id) => end.test(id)) ?? null;
}

const quotaPatterns = [
  /exceeding approved ([\w .-]{1,60}?) quota/gi,
  /exceeding quota limits of (\w{1,40})/gi,
];
const familyPatterns = [
  /for family (\w{1,60})/gi,
  /exceeding approved (\w{1,60}Family)/gi,
  /\bfamily '?(standard\w{1,60})/gi,
];
const regionPatterns = [
  /\bfor region '?([a-z0-9]{3,30})/gi,
  /\bLocation: '?([a-z0-9]{3,30})/g,
  /\b(?:in|for) (?:the )?(?:location|region) '?"?([a-z0-9]{3,30})/gi,
];
const linkedScopes = [
  /linked scope\(s\) '?(\/[\w./-]{1,900})/gi,
  /over scope '?(\/[\w./-]{1,900})/gi,
];

const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const operations = [
  /\(\s?(?:[a-z][a-z0-9]{0,11} ?- ?)?([A-Za-z]{3,30}ing)\) is in progress/g,
  /Provisioning State ?\(([A-Za-z]{3,30}ing)\)/gi,
  /Another ([A-Za-z]{3,30}ing) operation/gi,
];

function familyOf(said: string): string | null {
  return one(forms.word, ...familyPatterns)(said);
}

/** `/subscriptions/s/resourceGroups/g/providers/x/y/name` → that what stands after `name` is not asked. */
function lastOf(id: string | null): string | null {
  const last = id?.split('/').at(-1) ?? '';
  return forms.arm.test(last) ? last : null;
}

/** The scope at which a policy is assigned: what stands before the assignment in its ID. */
function assignment(said: string): { scope: string; name: string } | null {
  const pattern =
    /"(\/[\w./-]{1,600})\/providers\/Microsoft\.Authorization\/policyAssignments\/([\w.-]{1,128})"/gi;
  for (const [, scope = '', name = ''] of said.matchAll(pattern).take(most)) {
    if (forms.armId.test(scope) && /^[\w.-]{1,128}$/.test(name) && /^\w/.test(name))
      return { scope, name };
  }
  return null;
}

const identities = [
  new RegExp(`object id '?(${guid})`, 'gi'),
  new RegExp(`client '?(${guid})`, 'gi'),
];
const actions = [
  /(?:have|has)(?: the)? (?:permission|authorization) to perform action\(?s?\)? '?([A-Za-z./]{5,120})/gi,
  /not allowed for action '?([A-Za-z./]{5,120})/gi,
];

/** Of several actions the last is the one that lacks: the first is the one that the identity may do. */
function actionOf(said: string): string | null {
  return allNames(said, forms.action, actions).at(-1) ?? null;
}

function scopeOf(said: string): string | null {
  return one(forms.armId, ...linkedScopes)(said) ?? one(forms.armId, armIds)(said);
}

/** What a template may ask for. */
const finders: ReadonlyMap<string, Finder> = new Map<string, Finder>([
  ['pdb', (said) => ifFound(budgets(said)[0], joined)],
  ['pdbName', (said) => budgets(said)[0]?.name ?? null],
  ['pdbNamespace', (said) => budgets(said)[0]?.namespace ?? null],
  ['pdbs', (said) => listed(budgets(said).map(joined))],
  ['pdbsMore', (said) => countOfOthers(budgets(said).length)],
  ['onlyPdbName', (said) => onlyOne(budgets(said).map(({ name }) => name))],
  ['onlyPdbNamespace', (said) => onlyOne(budgets(said).map(({ namespace }) => namespace))],
  ['budgetReason', budgetReason],
  ['aBudget', (said) => (/disruption budget|\bpdb\b/i.test(said) ? 'a PDB' : null)],
  ['words', (said) => (said.trim() === '' ? null : '')],
  ['pod', (said) => ifFound(pods(said)[0], joined)],
  ['podName', (said) => pods(said)[0]?.name ?? podsIn(said)[0] ?? null],
  ['podNamespace', (said) => pods(said)[0]?.namespace ?? null],
  ['pods', (said) => listed(podsIn(said))],
  ['node', one(forms.kubernetes, nodePattern)],
  ['nodePool', one(forms.pool, /\baks-([a-z0-9]{1,12})-\d{5,10}-vmss/gi)],
  [
    'saidPool',
    one(
      forms.pool,
      /agent ?pool(?: profile)?s?[:( ]{1,2}'?([a-z][a-z0-9]{0,11})\b(?! ?operation)/gi,
      /node ?pool '([a-z][a-z0-9]{0,11})'/gi,
      /AgentPoolProfile:([a-z][a-z0-9]{0,11})\b/g,
      /for resource '([a-z][a-z0-9]{0,11})'/gi,
    ),
  ],
  ['webhook', one(forms.kubernetes, /(?:admission|calling) webhook \\?"?([\w.-]{1,253})/gi)],
  [
    'subnet',
    one(
      forms.arm,
      /Subnet '?([\w.-]{1,80})'? with address prefix/gi,
      /([\w.-]{1,80})'? with address prefix/gi,
      withinId('subnets'),
      /Subnet Name '?([\w-]{1,80})/g,
      /\bsubnet '([\w.-]{1,80})'/gi,
      /\bsubnet ([\w.-]{1,80}) (?:is|has|contains)\b/gi,
    ),
  ],
  [
    'subnetPrefix',
    one(
      forms.cidr,
      /address prefix '?([0-9a-f.:]{3,39}\/\d{1,3})/gi,
      /Subnet Cidr '?([0-9a-f.:]{3,39}\/\d{1,3})/gi,
    ),
  ],
  [
    'addressesNeeded',
    one(forms.number, /capacity for (\d{1,9}) IP/gi, /Pre-allocated IPs (\d{1,9})/gi),
  ],
  ['addressesThere', one(forms.number, /exceeds IPs available (\d{1,9})/gi)],
  ['quota', one(phrase, ...quotaPatterns)],
  ['family', familyOf],
  ['familyShort', (said) => familyOf(said)?.replace(/^standard|family$/gi, '') ?? null],
  ['limit', one(forms.number, /Current Limit: (\d{1,9})/gi, /Maximum allowed: (\d{1,9})/gi)],
  ['usage', one(forms.number, /Current Usage: (\d{1,9})/gi, /Current in use: (\d{1,9})/gi)],
  [
    'needed',
    one(
      forms.number,
      /Additional Required: (\d{1,9})/gi,
      /Additional requested: (\d{1,9})/gi,
      /quota requested (\d{1,9})/gi,
    ),
  ],
  ['remaining', one(forms.number, /requested \d{1,9}, remaining (\d{1,9})/gi)],
  ['newLimit', one(forms.number, /New Limit Required: (\d{1,9})/gi)],
  ['maximum', one(forms.number, /more than (\d{1,9}) public IP/gi)],
  ['region', one(forms.region, ...regionPatterns)],
  ['size', (said) => one(forms.size, /\b(Standard_[\w-]{1,40})/gi)(beforeOffers(said))],
  [
    'policy',
    one(
      phrase,
      /"policyAssignment": ?\{"name": ?"([^"]{1,60})"/g,
      /policy assignment "([^"]{1,60})"/gi,
      /"policyDefinition": ?\{"name": ?"([^"]{1,60})"/g,
      /disallowed by policy:? '([^']{1,60})'/gi,
    ),
  ],
  ['assignment', (said) => assignment(said)?.name ?? null],
  ['assignmentScope', (said) => assignment(said)?.scope ?? null],
  ['assignedAt', (said) => ifFound(assignment(said), ({ scope }) => placeOf(scope))],
  ['lockedScope', (said) => lockOf(said)],
  ['lockedName', (said) => lastOf(lockOf(said))],
  [
    'lockedGroup',
    (said) => ifFound(/\/resourceGroups\/([\w.-]{1,90})/i.exec(lockOf(said) ?? '')?.[1], validArm),
  ],
  ['exit', exitStatusIn],
  ['exitMeaning', (said) => ifFound(exitStatusIn(said), meaningOfExit)],
  [
    'host',
    one(
      forms.kubernetes,
      /connect to ([\w.-]{1,200}) port/gi,
      /https?:\/\/([\w.-]{1,200}\.(?:com|io|net|cn|us))\/[\w./-]{1,200} (?:timed|failed)/gi,
      /lookup ([\w.-]{1,200})/gi,
    ),
  ],
  [
    'windowsError',
    (said) =>
      ifFound(/WINDOWS_CSE_ERROR_([A-Z_]{3,60})/.exec(said)?.[1], (name) =>
        name.toLowerCase().replaceAll('_', ' '),
      ),
  ],
  ['windowsExit', one(forms.number, /Exit ?Code: \|?(\d{1,4})/gi)],
  ['otherOperation', one(forms.guid, new RegExp(`operation with ID '?(${guid})`, 'gi'))],
  ['otherAction', (said) => one(forms.word, ...operations)(said)?.toLowerCase() ?? null],
  [
    'otherPool',
    one(
      forms.pool,
      /\(([a-z][a-z0-9]{0,11}) ?- ?[A-Za-z]{3,30}\) is in progress/g,
      /on agent pool \(?'?([a-z][a-z0-9]{0,11})/gi,
    ),
  ],
  ['state', one(forms.word, /Provisioning State ?\(([A-Za-z]{3,30})\)/gi)],
  ['count', one(forms.number, /count was (\d{1,9})/gi)],
  ['minimum', one(forms.number, /minCount: ?(\d{1,9})/gi)],
  ['maximumCount', one(forms.number, /maxCount: ?(\d{1,9})/gi)],
  ['poolVersion', one(forms.version, /Node ?pool version (\d[\d.]{2,12})/gi)],
  ['planeVersion', one(forms.version, /control plane version (\d[\d.]{2,12})/gi)],
  ['fromVersion', one(forms.version, /Kubernetes version (\d[\d.]{2,12}) to/gi)],
  ['toVersion', one(forms.version, /Kubernetes version \d[\d.]{2,12} to (\d[\d.]{2,12})/gi)],
  ['offered', one(/^\d[\d. ]{2,60}$/, /Available upgrades: \[([\d. ]{3,60})\]/gi)],
  ['version', one(forms.version, /\bversion (\d[\d.]{2,12})/gi)],
  ['api', one(forms.api, /detected on API ([\w.]{3,120})/gi)],
  ['apiResource', one(forms.word, /detected on API [\w.]{1,100}?\.([a-z]{3,60})\.v\d/gi)],
  ['removedIn', one(forms.version, /removed in (\d[\d.]{2,12})/gi)],
  ['action', (said) => ifFound(actionOf(said), shortAction)],
  ['scope', scopeOf],
  ['resource', (said) => lastOf(scopeOf(said))],
  ['resourcePath', (said) => ifFound(scopeOf(said), (id) => id.split('/').slice(-2).join('/'))],
  ['principal', one(forms.guid, ...identities)],
  ['expiredApp', one(forms.guid, new RegExp(`keys for app '?(${guid})'? are expired`, 'gi'))],
  [
    'app',
    one(
      forms.guid,
      new RegExp(`\\bapp '?(${guid})`, 'gi'),
      new RegExp(`application '?(${guid})`, 'gi'),
    ),
  ],
  ['zone', one(forms.kubernetes, withinId('privateDnsZones'))],
  ['zoneId', idOf('privateDnsZones')],
  [
    'routeTable',
    one(forms.arm, withinId('routeTables'), /route table '?([\w.-]{1,80})'? is in use/gi),
  ],
  ['routeTableId', idOf('routeTables')],
  ['prefix', one(forms.arm, withinId('publicIPPrefixes'))],
  [
    'network',
    one(forms.arm, withinId('virtualNetworks'), /virtual network '?([\w.-]{1,80})'? is/gi),
  ],
  ['vault', one(forms.arm, withinId('vaults'), /https:\/\/([\w-]{3,24})\.vault\./gi)],
  [
    'provider',
    one(forms.provider, /namespace '?([A-Za-z.]{5,60})/gi, /provider '?([A-Za-z.]{5,60})/gi),
  ],
  [
    'seconds',
    one(forms.number, /after '?(\d{1,6})'? ?seconds/gi, /Retry-?After[:=" ]{1,3}(\d{1,6})/gi),
  ],
  ['serviceCidr', one(forms.cidr, /service CIDR '?([0-9a-f.:]{3,39}\/\d{1,3})/gi)],
  ['subnetCidr', one(forms.cidr, /subnet CIDR '?([0-9a-f.:]{3,39}\/\d{1,3})/gi)],
  [
    'parameter',
    one(forms.word, /parameter '?([A-Za-z][\w.]{2,58})/g, /property '([A-Za-z][\w.]{2,58})'/gi),
  ],
  [
    'missing',
    one(
      forms.arm,
      /(?:resource|agent ?pool|resource group) '([\w.-]{1,90})'/gi,
      /agent ?pool ([a-z][a-z0-9]{0,11}) was not found/gi,
    ),
  ],
]);

/** `minAvailable 1 of 1 pods`, `maxUnavailable 0`: why budgets allow nothing, where all of them have the same reason. */
function budgetReason(said: string): string | null {
  const reasons = said
    .matchAll(
      /minAvailable\(?(\d{1,4}%?)\)? >= expectedPods\(?(\d{1,4})|max ?unavail\w{0,4} == 0/gi,
    )
    .take(most)
    .map(([, least, of]) =>
      of === undefined ? 'maxUnavailable 0' : `minAvailable ${least} of ${of} pods`,
    )
    .toArray();
  return onlyOne(reasons);
}

/** Pods that a message lists by their names alone. */
function podsIn(said: string): string[] {
  const [, list = ''] = /Running status: ([\w.,; /-]{3,1000})/i.exec(said) ?? [];
  return list
    .split(/[,; ]+/)
    .map((name) => trimmed(name.split('/').at(-1) ?? ''))
    .filter((name) => forms.kubernetes.test(name) && name.includes('-'));
}

/** A message that refuses a size goes on with all that are offered. */
function beforeOffers(said: string): string {
  const offers = said.search(/available VM sizes/i);
  return offers === -1 ? said : said.slice(0, offers);
}

function placeOf(scope: string): string {
  const [, level = '', name = ''] =
    /\/(managementGroups|resourceGroups|subscriptions)\/([^/]+)$/i.exec(scope) ?? [];
  switch (level.toLowerCase()) {
    case 'managementgroups':
      return `management group ${name}`;
    case 'resourcegroups':
      return `resource group ${name}`;
    default:
      return 'the subscription';
  }
}

function validArm(name: string): string | null {
  return forms.arm.test(name) ? name : null;
}

function lockOf(said: string): string | null {
  return one(
    forms.armId,
    /locked: '?(\/[\w./-]{1,900})/gi,
    /scope '?(\/[\w./-]{1,900})'? (?:cannot|is locked)/gi,
  )(said);
}

/** `Microsoft.Network/ddosProtectionPlans/join/action` → `ddosProtectionPlans/join/action` */
function shortAction(action: string): string {
  return action.slice(action.indexOf('/') + 1);
}
