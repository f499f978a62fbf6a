// Everything that AKS Operation Notifier needs in Azure, in a resource group of its own, and Reader where it is to
// look. `azd up` deploys it with main.parameters.json; docs/deploying.md tells how without azd. All names follow
// from the subscription, the environment's name and the region: deploying again is to change nothing.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of the environment. Resource names are derived from it.')
param environmentName string

@minLength(1)
@description('Region of all resources. It must offer Flex Consumption: az functionapp list-flexconsumption-locations, of az 2.60 or newer.')
param location string

@description('Name of the resource group.')
param resourceGroupName string = 'rg-${environmentName}'

@secure()
@minLength(1)
@description('Slack incoming webhook of the default channel. Kept in Key Vault.')
param slackWebhookUrl string

@secure()
@description('Webhooks of further channels by channel name (letters, digits, _): { payments: "https://…" }. Kept in Key Vault.')
param channels object = {}

@description('What the app may read: resource IDs of clusters, resource groups or subscriptions, separated by commas.')
param readerScopes string = ''

@description('Where the two alerts are mailed. Empty: they show in the portal only.')
param alertEmail string = ''

@secure()
@description('Fetched after each complete tick, for a monitor outside Azure. Kept in Key Vault. Empty: none.')
param heartbeatUrl string = ''

@description('Further app settings by name, as the README lists them. Empty ones keep the app’s default.')
param settings object = {}

@description('Minutes without a completed tick that raise an alert. More than five only with a slower POLL_SCHEDULE.')
@allowed([5, 10, 15, 30, 60])
param noTickMinutes int = 5

@description('Seconds between two looks at health from each place; each look is billed.')
@allowed([300, 900])
param healthTestSeconds int = 300

@description('Places that look at health, at least two; with none there is no such alert. Those of the public cloud if not given.')
param healthTestLocations array = environment().name == 'AzureCloud'
  ? ['emea-nl-ams-azr', 'us-va-ash-azr', 'apac-sg-sin-azr']
  : []

@description('Memory of an instance. 512 MB keeps the default schedule within the monthly free grant.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

var tags = { 'azd-env-name': environmentName }

// However an ID is written, it is the same: small letters, one slash between its parts, none around them. Each once.
var scopes = union(
  [],
  filter(
    map(split(toLower(readerScopes), ','), id => join(filter(split(trim(id), '/'), part => !empty(part)), '/')),
    id => !empty(id)
  )
)
// An ID of two parts is a subscription, of four a resource group. All others are taken for clusters, so that one
// that is none of these fails the deployment instead of being passed over.
var subscriptions = filter(scopes, id => length(split(id, '/')) == 2)
var resourceGroups = filter(scopes, id => length(split(id, '/')) == 4)
var clusters = filter(scopes, id => !contains([2, 4], length(split(id, '/'))))

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module app 'app.bicep' = {
  name: 'aks-notifier-app'
  scope: group
  params: {
    location: location
    tags: tags
    token: uniqueString(subscription().id, environmentName, location)
    slackWebhookUrl: slackWebhookUrl
    channels: channels
    heartbeatUrl: heartbeatUrl
    settings: settings
    instanceMemoryMB: instanceMemoryMB
  }
}

module alerts 'alerts.bicep' = {
  name: 'aks-notifier-alerts'
  scope: group
  params: {
    location: location
    tags: tags
    functionAppName: app.outputs.functionAppName
    healthUrl: '${app.outputs.url}/api/health'
    insightsId: app.outputs.insightsId
    workspaceId: app.outputs.workspaceId
    alertEmail: alertEmail
    noTickMinutes: noTickMinutes
    healthTestSeconds: healthTestSeconds
    healthTestLocations: healthTestLocations
  }
}

// Reader, on nothing but what is named: it is what reading the status of operations takes.
module subscriptionReaders 'reader/subscription.bicep' = [
  for id in subscriptions: {
    name: 'aks-notifier-reader-${uniqueString(id, environmentName)}'
    scope: subscription(split(id, '/')[1])
    params: { principalId: app.outputs.principalId }
  }
]

module resourceGroupReaders 'reader/resource-group.bicep' = [
  for id in resourceGroups: {
    name: 'aks-notifier-reader-${uniqueString(id, environmentName)}'
    scope: resourceGroup(split(id, '/')[1], split(id, '/')[3])
    params: { principalId: app.outputs.principalId }
  }
]

module clusterReaders 'reader/cluster.bicep' = [
  for id in clusters: {
    name: 'aks-notifier-reader-${uniqueString(id, environmentName)}'
    scope: resourceGroup(split(id, '/')[1], split(id, '/')[3])
    params: {
      clusterName: split(id, '/')[7]
      principalId: app.outputs.principalId
    }
  }
]

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output FUNCTION_APP_NAME string = app.outputs.functionAppName
output FUNCTION_APP_URL string = app.outputs.url
output HEALTH_URL string = '${app.outputs.url}/api/health'
output KEY_VAULT_NAME string = app.outputs.vaultName
output IDENTITY_PRINCIPAL_ID string = app.outputs.principalId
