import { exitStatusIn, meaningOfExit } from './exit-statuses.ts';

/** What a name of a kind looks like, whole. Nothing that fits one of these means something to a shell or to Slack. */
export const kinds = {
  /** Of Kubernetes: a DNS name. */
  kubernetes: /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/,
  /** Of a resource in Azure. Groups may have more characters; such a name is not taken. */
  arm: /^[A-Za-z0-9](?:[\w.-]{0,88}\w)?$/,
  armId: /^(?:\/[A-Za-z0-9][\w.-]{0,89}){2,24}$/,
  pool: /^[a-z][a-z0-9]{0,11}$/,
  guid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  region: /^[a-z][a-z0-9]{2,29}$/,
  number: /^\d{1,9}$/,
  version: /^\d{1,2}\.\d{1,3}(?:\.\d{1,3})?$/,
  cidr: /^[0-9a-f.:]{3,39}\/\d{1,3}$/i,
  /** A word of a provider's vocabulary: a family of sizes, a state, a part of an action. */
  word: /^[A-Za-z][A-Za-z0-9_.]{1,59}$/,
  /** Of Kubernetes: group, resource and version. */
  api: /^[a-z][a-z0-9_.]{2,119}$/i,
  action: /^[A-Za-z]+\.[A-Za-z.]+(?:\/[A-Za-z]+){1,6}$/,
  provider: /^[A-Za-z]{2,40}\.[A-Za-z.]{2,50}$/,
  size: /^Standard_[A-Za-z0-9][\w-]{0,40}$/i,
} as const satisfies Readonly<Record<string, RegExp>>;

/** Names that people give freely are for sentences only. */
const phrase = /^[\p{L}\p{N}][\p{L}\p{N} ._:()/-]{0,58}[\p{L}\p{N}.)]$/u;

/** What stands in an error, by what a template calls it. `null`: it does not stand there, or not as its kind must look. */
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

type Finder = (said: string) => string | null;

/** Matches that are tried: those of a hostile text may be many. */
const most = 20;

/** What the groups of the first patterns hold that look as their kind must, each once. Patterns are global. */
function all(said: string, kind: RegExp, patterns: readonly RegExp[]): string[] {
  const found = patterns.flatMap((pattern) =>
    said
      .matchAll(pattern)
      .take(most)
      .map((match) => trimmed(match[1] ?? ''))
      .filter((name) => kind.test(name))
      .toArray(),
  );
  return [...new Set(found)];
}

/** Without what ends a sentence or a list. */
function trimmed(name: string): string {
  return name.replace(/[.,:;_-]{1,3}$/, '');
}

function one(kind: RegExp, ...patterns: readonly RegExp[]): Finder {
  return (said) => all(said, kind, patterns)[0] ?? null;
}

/** A name with the one that it stands under: `shop/web-pdb`, or `web-pdb` where that is not told. */
interface Scoped {
  readonly namespace: string | null;
  readonly name: string;
}

function scoped(said: string, patterns: readonly RegExp[]): Scoped[] {
  const found = patterns.flatMap((pattern) =>
    said
      .matchAll(pattern)
      .take(most)
      .flatMap(({ groups = {} }): Scoped[] => {
        const name = trimmed(groups['name'] ?? '');
        const namespace = trimmed(groups['namespace'] ?? '');
        if (!kinds.kubernetes.test(name)) return [];
        const isNamed = kinds.kubernetes.test(namespace) && namespace.length <= 63;
        return [{ name, namespace: isNamed ? namespace : null }];
      })
      .toArray(),
  );
  const isMoreThan = (other: Scoped, { name, namespace }: Scoped): boolean =>
    other.name === name && namespace === null && other.namespace !== null;
  const whole = found.filter((item) => !found.some((other) => isMoreThan(other, item)));
  return [...new Map(whole.map((item) => [joined(item), item])).values()];
}

function joined({ namespace, name }: Scoped): string {
  return namespace === null ? name : `${namespace}/${name}`;
}

/** `a, b and c`; of more than three the others are counted. `null`: fewer than two. */
function listed(names: readonly string[]): string | null {
  if (names.length < 2) return null;
  const shown = names.slice(0, 3);
  const left = names.length - shown.length;
  const last = left > 0 ? `${left} more` : (shown.pop() ?? '');
  return `${shown.join(', ')} and ${last}`;
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

function withinId(kind: string): RegExp {
  return new RegExp(`/${kind}/([\\w.-]{1,90})`, 'gi');
}

/** The ID of a resource of a kind, up to its name. */
function idOf(kind: string): Finder {
  const end = new RegExp(`/${kind}/[\\w.-]{1,90}$`, 'i');
  return (said) => all(said, kinds.armId, [armIds]).find((id) => end.test(id)) ?? null;
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
  return one(kinds.word, ...familyPatterns)(said);
}

/** `/subscriptions/s/resourceGroups/g/providers/x/y/name` → that what stands after `name` is not asked. */
function lastOf(id: string | null): string | null {
  const last = id?.split('/').at(-1) ?? '';
  return kinds.arm.test(last) ? last : null;
}

/** The scope at which a policy is assigned: what stands before the assignment in its ID. */
function assignment(said: string): { scope: string; name: string } | null {
  const pattern =
    /"(\/[\w./-]{1,600})\/providers\/Microsoft\.Authorization\/policyAssignments\/([\w.-]{1,128})"/gi;
  for (const [, scope = '', name = ''] of said.matchAll(pattern).take(most)) {
    if (kinds.armId.test(scope) && /^[\w.-]{1,128}$/.test(name) && /^\w/.test(name))
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
  return all(said, kinds.action, actions).at(-1) ?? null;
}

function scopeOf(said: string): string | null {
  return one(kinds.armId, ...linkedScopes)(said) ?? one(kinds.armId, armIds)(said);
}

/** What a template may ask for. */
const finders: ReadonlyMap<string, Finder> = new Map<string, Finder>([
  ['pdb', (said) => map(budgets(said)[0], joined)],
  ['pdbName', (said) => budgets(said)[0]?.name ?? null],
  ['pdbNamespace', (said) => budgets(said)[0]?.namespace ?? null],
  ['pdbs', (said) => listed(budgets(said).map(joined))],
  ['pdbsMore', (said) => counted(budgets(said).length)],
  ['onlyPdbName', (said) => onlyOne(budgets(said).map(({ name }) => name))],
  ['onlyPdbNamespace', (said) => onlyOne(budgets(said).map(({ namespace }) => namespace))],
  ['budgetReason', budgetReason],
  ['aBudget', (said) => (/disruption budget|\bpdb\b/i.test(said) ? 'a PDB' : null)],
  ['words', (said) => (said.trim() === '' ? null : '')],
  ['pod', (said) => map(pods(said)[0], joined)],
  ['podName', (said) => pods(said)[0]?.name ?? podsIn(said)[0] ?? null],
  ['podNamespace', (said) => pods(said)[0]?.namespace ?? null],
  ['pods', (said) => listed(podsIn(said))],
  ['node', one(kinds.kubernetes, nodePattern)],
  ['nodePool', one(kinds.pool, /\baks-([a-z0-9]{1,12})-\d{5,10}-vmss/gi)],
  [
    'saidPool',
    one(
      kinds.pool,
      /agent ?pool(?: profile)?s?[:( ]{1,2}'?([a-z][a-z0-9]{0,11})\b(?! ?operation)/gi,
      /node ?pool '([a-z][a-z0-9]{0,11})'/gi,
      /AgentPoolProfile:([a-z][a-z0-9]{0,11})\b/g,
      /for resource '([a-z][a-z0-9]{0,11})'/gi,
    ),
  ],
  ['webhook', one(kinds.kubernetes, /(?:admission|calling) webhook \\?"?([\w.-]{1,253})/gi)],
  [
    'subnet',
    one(
      kinds.arm,
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
      kinds.cidr,
      /address prefix '?([0-9a-f.:]{3,39}\/\d{1,3})/gi,
      /Subnet Cidr '?([0-9a-f.:]{3,39}\/\d{1,3})/gi,
    ),
  ],
  [
    'addressesNeeded',
    one(kinds.number, /capacity for (\d{1,9}) IP/gi, /Pre-allocated IPs (\d{1,9})/gi),
  ],
  ['addressesThere', one(kinds.number, /exceeds IPs available (\d{1,9})/gi)],
  ['quota', one(phrase, ...quotaPatterns)],
  ['family', familyOf],
  ['familyShort', (said) => familyOf(said)?.replace(/^standard|family$/gi, '') ?? null],
  ['limit', one(kinds.number, /Current Limit: (\d{1,9})/gi, /Maximum allowed: (\d{1,9})/gi)],
  ['usage', one(kinds.number, /Current Usage: (\d{1,9})/gi, /Current in use: (\d{1,9})/gi)],
  [
    'needed',
    one(
      kinds.number,
      /Additional Required: (\d{1,9})/gi,
      /Additional requested: (\d{1,9})/gi,
      /quota requested (\d{1,9})/gi,
    ),
  ],
  ['remaining', one(kinds.number, /requested \d{1,9}, remaining (\d{1,9})/gi)],
  ['newLimit', one(kinds.number, /New Limit Required: (\d{1,9})/gi)],
  ['maximum', one(kinds.number, /more than (\d{1,9}) public IP/gi)],
  ['region', one(kinds.region, ...regionPatterns)],
  ['size', (said) => one(kinds.size, /\b(Standard_[\w-]{1,40})/gi)(beforeOffers(said))],
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
  ['assignedAt', (said) => map(assignment(said), ({ scope }) => placeOf(scope))],
  ['lockedScope', (said) => lockOf(said)],
  ['lockedName', (said) => lastOf(lockOf(said))],
  [
    'lockedGroup',
    (said) => map(/\/resourceGroups\/([\w.-]{1,90})/i.exec(lockOf(said) ?? '')?.[1], validArm),
  ],
  ['exit', exitStatusIn],
  ['exitMeaning', (said) => map(exitStatusIn(said), meaningOfExit)],
  [
    'host',
    one(
      kinds.kubernetes,
      /connect to ([\w.-]{1,200}) port/gi,
      /https?:\/\/([\w.-]{1,200}\.(?:com|io|net|cn|us))\/[\w./-]{1,200} (?:timed|failed)/gi,
      /lookup ([\w.-]{1,200})/gi,
    ),
  ],
  [
    'windowsError',
    (said) =>
      map(/WINDOWS_CSE_ERROR_([A-Z_]{3,60})/.exec(said)?.[1], (name) =>
        name.toLowerCase().replaceAll('_', ' '),
      ),
  ],
  ['windowsExit', one(kinds.number, /Exit ?Code: \|?(\d{1,4})/gi)],
  ['otherOperation', one(kinds.guid, new RegExp(`operation with ID '?(${guid})`, 'gi'))],
  ['otherAction', (said) => one(kinds.word, ...operations)(said)?.toLowerCase() ?? null],
  [
    'otherPool',
    one(
      kinds.pool,
      /\(([a-z][a-z0-9]{0,11}) ?- ?[A-Za-z]{3,30}\) is in progress/g,
      /on agent pool \(?'?([a-z][a-z0-9]{0,11})/gi,
    ),
  ],
  ['state', one(kinds.word, /Provisioning State ?\(([A-Za-z]{3,30})\)/gi)],
  ['count', one(kinds.number, /count was (\d{1,9})/gi)],
  ['minimum', one(kinds.number, /minCount: ?(\d{1,9})/gi)],
  ['maximumCount', one(kinds.number, /maxCount: ?(\d{1,9})/gi)],
  ['poolVersion', one(kinds.version, /Node ?pool version (\d[\d.]{2,12})/gi)],
  ['planeVersion', one(kinds.version, /control plane version (\d[\d.]{2,12})/gi)],
  ['fromVersion', one(kinds.version, /Kubernetes version (\d[\d.]{2,12}) to/gi)],
  ['toVersion', one(kinds.version, /Kubernetes version \d[\d.]{2,12} to (\d[\d.]{2,12})/gi)],
  ['offered', one(/^\d[\d. ]{2,60}$/, /Available upgrades: \[([\d. ]{3,60})\]/gi)],
  ['version', one(kinds.version, /\bversion (\d[\d.]{2,12})/gi)],
  ['api', one(kinds.api, /detected on API ([\w.]{3,120})/gi)],
  ['apiResource', one(kinds.word, /detected on API [\w.]{1,100}?\.([a-z]{3,60})\.v\d/gi)],
  ['removedIn', one(kinds.version, /removed in (\d[\d.]{2,12})/gi)],
  ['action', (said) => map(actionOf(said), shortAction)],
  ['scope', scopeOf],
  ['resource', (said) => lastOf(scopeOf(said))],
  ['resourcePath', (said) => map(scopeOf(said), (id) => id.split('/').slice(-2).join('/'))],
  ['principal', one(kinds.guid, ...identities)],
  ['expiredApp', one(kinds.guid, new RegExp(`keys for app '?(${guid})'? are expired`, 'gi'))],
  [
    'app',
    one(
      kinds.guid,
      new RegExp(`\\bapp '?(${guid})`, 'gi'),
      new RegExp(`application '?(${guid})`, 'gi'),
    ),
  ],
  ['zone', one(kinds.kubernetes, withinId('privateDnsZones'))],
  ['zoneId', idOf('privateDnsZones')],
  [
    'routeTable',
    one(kinds.arm, withinId('routeTables'), /route table '?([\w.-]{1,80})'? is in use/gi),
  ],
  ['routeTableId', idOf('routeTables')],
  ['prefix', one(kinds.arm, withinId('publicIPPrefixes'))],
  [
    'network',
    one(kinds.arm, withinId('virtualNetworks'), /virtual network '?([\w.-]{1,80})'? is/gi),
  ],
  ['vault', one(kinds.arm, withinId('vaults'), /https:\/\/([\w-]{3,24})\.vault\./gi)],
  [
    'provider',
    one(kinds.provider, /namespace '?([A-Za-z.]{5,60})/gi, /provider '?([A-Za-z.]{5,60})/gi),
  ],
  [
    'seconds',
    one(kinds.number, /after '?(\d{1,6})'? ?seconds/gi, /Retry-?After[:=" ]{1,3}(\d{1,6})/gi),
  ],
  ['serviceCidr', one(kinds.cidr, /service CIDR '?([0-9a-f.:]{3,39}\/\d{1,3})/gi)],
  ['subnetCidr', one(kinds.cidr, /subnet CIDR '?([0-9a-f.:]{3,39}\/\d{1,3})/gi)],
  [
    'parameter',
    one(kinds.word, /parameter '?([A-Za-z][\w.]{2,58})/g, /property '([A-Za-z][\w.]{2,58})'/gi),
  ],
  [
    'missing',
    one(
      kinds.arm,
      /(?:resource|agent ?pool|resource group) '([\w.-]{1,90})'/gi,
      /agent ?pool ([a-z][a-z0-9]{0,11}) was not found/gi,
    ),
  ],
]);

/** The only one of them, repeated or not. */
function onlyOne(values: readonly (string | null)[]): string | null {
  const [first = null, ...others] = new Set(values);
  return others.length === 0 ? first : null;
}

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
    .filter((name) => kinds.kubernetes.test(name) && name.includes('-'));
}

/** A message that refuses a size goes on with all that are offered. */
function beforeOffers(said: string): string {
  const offers = said.search(/available VM sizes/i);
  return offers === -1 ? said : said.slice(0, offers);
}

function placeOf(scope: string): string {
  const [, kind = '', name = ''] =
    /\/(managementGroups|resourceGroups|subscriptions)\/([^/]+)$/i.exec(scope) ?? [];
  switch (kind.toLowerCase()) {
    case 'managementgroups':
      return `management group ${name}`;
    case 'resourcegroups':
      return `resource group ${name}`;
    default:
      return 'the subscription';
  }
}

function map<From, To>(value: From | null | undefined, to: (value: From) => To): To | null {
  return value === null || value === undefined ? null : to(value);
}

function validArm(name: string): string | null {
  return kinds.arm.test(name) ? name : null;
}

function counted(length: number): string | null {
  return length < 2 ? null : String(length - 1);
}

function lockOf(said: string): string | null {
  return one(
    kinds.armId,
    /locked: '?(\/[\w./-]{1,900})/gi,
    /scope '?(\/[\w./-]{1,900})'? (?:cannot|is locked)/gi,
  )(said);
}

/** `Microsoft.Network/ddosProtectionPlans/join/action` → `ddosProtectionPlans/join/action` */
function shortAction(action: string): string {
  return action.slice(action.indexOf('/') + 1);
}
