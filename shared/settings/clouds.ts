/** What differs between Microsoft's clouds. */
export interface Cloud {
  /** Azure Resource Manager, without a trailing slash. */
  readonly armEndpoint: string;
  /** The scope of an access token for ARM. */
  readonly tokenScope: string;
  /** Where Microsoft Entra ID signs in. */
  readonly authorityHost: string;
  /** The Azure portal, without a trailing slash. */
  readonly portal: string;
  /** Host suffix of table storage. */
  readonly tableSuffix: string;
}

/** The clouds by the name that `AZURE_CLOUD` gives them. */
export const clouds = {
  AzureCloud: {
    armEndpoint: 'https://management.azure.com',
    tokenScope: 'https://management.azure.com/.default',
    authorityHost: 'https://login.microsoftonline.com',
    portal: 'https://portal.azure.com',
    tableSuffix: 'table.core.windows.net',
  },
  AzureUSGovernment: {
    armEndpoint: 'https://management.usgovcloudapi.net',
    tokenScope: 'https://management.usgovcloudapi.net/.default',
    authorityHost: 'https://login.microsoftonline.us',
    portal: 'https://portal.azure.us',
    tableSuffix: 'table.core.usgovcloudapi.net',
  },
  AzureChinaCloud: {
    armEndpoint: 'https://management.chinacloudapi.cn',
    tokenScope: 'https://management.chinacloudapi.cn/.default',
    authorityHost: 'https://login.chinacloudapi.cn',
    portal: 'https://portal.azure.cn',
    tableSuffix: 'table.core.chinacloudapi.cn',
  },
} as const satisfies Record<string, Cloud>;

/** The origins of Azure Resource Manager: those of the clouds, and `ARM_ENDPOINT`'s where it is set to another. */
export function armOrigins(endpoint: string = clouds.AzureCloud.armEndpoint): ReadonlySet<string> {
  const endpoints = [...Object.values(clouds).map(({ armEndpoint }) => armEndpoint), endpoint];
  return new Set(endpoints.map((url) => new URL(url).origin));
}

/** A value of `AZURE_CLOUD`. */
export type CloudName = keyof typeof clouds;
