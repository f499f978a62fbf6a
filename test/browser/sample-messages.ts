const portal =
  'https://portal.azure.com/#resource/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu';

const text = (words: string) => ({ type: 'mrkdwn', verbatim: true, text: words });
const section = (words: string) => ({ type: 'section', text: text(words) });
const date = (secondsAgo: number): string =>
  `<!date^${Math.floor(Date.now() / 1000) - secondsAgo}^{date_short_pretty} {time}|2026-09-21 14:13 UTC>`;

/** A failure as the product reports it, with everything that a message can hold. */
export const failed = {
  text: 'Failed: aks-prod-weu, weekly upgrade (PodDrainFailure) <!here>',
  attachments: [
    {
      color: '#d13438',
      fallback: 'Failed: aks-prod-weu',
      blocks: [
        section('*InProgress → Failed* after 18 min'),
        section(
          '*PodDrainFailure*\n```Drain of node aks-userpool-31120733-vmss000004 failed when evicting pod payments-api-7d9f8c6b5-x2x9k.\nCannot evict pod as it would violate the pod\'s disruption budget: {"reason":"TooManyRequests","limit":&lt;1&gt;}.\nSee https://aka.ms/aks/debugdrainfailures```',
        ),
        {
          type: 'section',
          fields: [
            text('*Cluster*\naks-prod-weu'),
            text('*Resource group*\nrg-prod'),
            text('*Agent pool*\nuserpool'),
            text('*Progress*\n40 %'),
            text(`*Started*\n${date(1080)}`),
            text(`*Ended*\n${date(0)}`),
          ],
        },
        section(`<${portal}|Open the cluster> · <${portal}/eventlogs|Activity log>`),
        {
          type: 'context',
          elements: [
            text('Subscription `11111111-2222-4333-8444-555555555555`'),
            text('Operation `5d1c2b7e-94f1-4c53-9a0f-1f0a0e6d2f11`'),
          ],
        },
      ],
    },
  ],
};

/** A change of status. */
export const changed = {
  text: 'UpgradingNodes: aks-prod-weu, weekly upgrade',
  attachments: [
    {
      color: '#0078d4',
      fallback: 'UpgradingNodes',
      blocks: [
        section('*InProgress → UpgradingNodes* after 6 s'),
        {
          type: 'section',
          fields: [text('*Cluster*\naks-prod-weu'), text('*Progress*\n8/20 nodes, 40 %')],
        },
        { type: 'context', elements: [text('Weekly upgrade')] },
      ],
    },
  ],
};

/** An ending that is well. */
export const succeeded = {
  text: 'Succeeded: aks-staging-weu, upgrade',
  attachments: [
    {
      color: '#107c10',
      fallback: 'Succeeded',
      blocks: [
        section('*UpgradingNodes → Succeeded* after 1 min 10 s'),
        section(`<${portal}|Open the cluster> · <${portal}/eventlogs|Activity log>`),
      ],
    },
  ],
};

/** Foreign text that would like to be more than text. */
export const hostile = {
  text: 'Failed: &lt;!channel&gt; &lt;img src=x onerror=alert(1)&gt; <javascript:alert(1)|click> <script>alert(2)</script>',
  attachments: [
    {
      color: 'red;background:url(https://example.com/x)',
      fallback: '<b>fallback</b>',
      blocks: [
        section('```&lt;script&gt;alert(3)&lt;/script&gt; <img src=x onerror=alert(4)>```'),
        { type: 'actions', elements: [] },
        { type: 'header', text: { type: 'plain_text', text: '<h1 onclick=alert(5)>header</h1>' } },
        {
          type: 'section',
          fields: [text('*a* &amp;lt;b&amp;gt;'), { type: 'plain_text', text: '<i>plain</i>' }],
        },
      ],
    },
  ],
};
