/** ARM's ErrorDetail. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
  readonly details?: readonly ErrorDetail[];
}

/** A pod disruption budget keeps a node from being drained: the usual end of a failed upgrade. */
export const podDrainFailure: ErrorDetail = {
  code: 'PodDrainFailure',
  target: 'aks-userpool-31284417-vmss000004',
  message: [
    'Drain node aks-userpool-31284417-vmss000004 failed when evicting pod checkout-7d9f6c5b8-x2k4q failed with Too Many Requests error. This is often caused by a restrictive Pod Disruption Budget (PDB) policy. See https://aka.ms/aks/debugdrainfailures.',
    "Original error: Cannot evict pod as it would violate the pod's disruption budget.",
    'PDB debug info: payments/checkout-7d9f6c5b8-x2k4q blocked by pdb checkout-pdb with 0 unready pods.',
    String.raw`Response: "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"Cannot evict pod as it would violate the pod's disruption budget.\",\"reason\":\"TooManyRequests\",\"details\":{\"causes\":[{\"reason\":\"DisruptionBudget\",\"message\":\"The disruption budget checkout-pdb needs 3 healthy pods and has 3 currently\"}]},\"code\":429}"`,
    'Subscription: 11111111-1111-1111-1111-111111111111',
  ].join('\n'),
};

/** The error of an upgrade that did not end: three levels, the cause at the bottom. */
export const upgradeFailure: ErrorDetail = {
  code: 'UpgradeFailed',
  message: 'Upgrade of the managed cluster failed. 1 of 2 agent pools could not be reconciled.',
  details: [
    {
      code: 'ReconcileAgentPoolFailed',
      target: 'userpool',
      message:
        'Reconciling agent pool userpool failed: node aks-userpool-31284417-vmss000004 could not be drained within 30m0s.',
      details: [podDrainFailure],
    },
  ],
};

/** A passing trouble that AKS retries while the operation goes on. */
export const quotaExceeded: ErrorDetail = {
  code: 'QuotaExceeded',
  target: 'userpool',
  message:
    'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Current Limit: 100, Current Usage: 98, Additional Required: 4. Retrying with the next surge node.',
};

/** The error of an operation that somebody aborted. */
export const canceledByUser: ErrorDetail = {
  code: 'OperationCanceled',
  message: 'The operation was canceled by an abort request: 3 of 5 nodes had been added.',
};

const filler = 'The quick brown fox jumps over the lazy dog. 敏捷的棕色狐狸 🦊 ';

/**
 * Everything that could break a message or its reader: mentions, links, fences, control
 * characters, right-to-left overrides, lone surrogates (escaped in JSON), 200 kB, 40 levels.
 */
export const hostileError: ErrorDetail = {
  code: 'Hostile<!channel>`Code`',
  target: '<https://example.com|click here> @here #general',
  message: [
    '<!channel> <!here> <@U0123456789> @here @channel & &amp; &lt;!everyone&gt; <script>alert(1)</script>',
    '`inline` ```fence``` *bold* _italic_ ~strike~ > quote https://example.com/',
    'controls: \u0000 \u0007 \u001B[31m \u202E reversed \u200B zero width \u2028 line \r\n tab\t end',
    'lone surrogates: \uD83D and \uDE00',
    filler.repeat(Math.ceil(200_000 / filler.length)),
  ].join('\n'),
  details: [nested(40)],
};

function nested(levels: number): ErrorDetail {
  const error = { code: `Level${levels}`, message: `\`\`\`level ${levels} <!here>` };
  return levels === 1 ? error : { ...error, details: [nested(levels - 1)] };
}
