// The names of all resources, from one text: so the same deployment has the same names, and each template knows them
// without waiting for another one. A name is no secret; changing one here makes a new resource beside the old one.
@export()
@description('Names of the resources in the group.')
type names = {
  @description('The function app, which is its role name in the traces.')
  app: string
  @description('Application Insights.')
  insights: string
  @description('The identity that the app signs in with.')
  identity: string
  @description('The storage account of the package alone.')
  packageStorage: string
  @description('The Flex Consumption plan.')
  plan: string
  @description('The storage account of the host and the app’s tables.')
  storage: string
  @description('The Key Vault.')
  vault: string
  @description('The Log Analytics workspace.')
  workspace: string
}

@export()
@description('Names from a text of 13 small letters and digits: storage accounts take 24 characters, vaults too.')
func namesFor(token string) names => {
  app: 'func-aks-notifier-${token}'
  insights: 'appi-aks-notifier-${token}'
  identity: 'id-aks-notifier-${token}'
  packageStorage: 'staksnpkg${token}'
  plan: 'plan-aks-notifier-${token}'
  storage: 'staksnotify${token}'
  vault: 'kv-aksn-${token}'
  workspace: 'log-aks-notifier-${token}'
}

@export()
@description('Name of the secret that holds the webhook of a channel. A secret’s name knows no underscore, a channel’s no hyphen.')
func secretOf(channel string) string => 'slack-webhook-${replace(toLower(channel), '_', '-')}'
