// Everything that AKS Operation Notifier needs in Azure, in a resource group of its own, and the role Reader on what it
// reads. `azd up` deploys it with main.parameters.json; docs/deploying.md says how to deploy without azd. All names
// follow from the subscription, the environment's name and the region: deploying again changes nothing.
targetScope = 'subscription'

import { namesFor } from 'names.bicep'

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

@description('Names of further channels (letters, digits, _), separated by commas: payments,ops.')
param channels string = ''

@secure()
@description('Webhooks of further channels, by channel name, separated by commas: payments=https://…,ops=https://…. Kept in Key Vault.')
param channelWebhookUrls string = ''

@description('What the app may read: resource IDs of clusters, resource groups or subscriptions, separated by commas.')
param readerScopes string = ''

@description('Where the two alerts are mailed. Empty: they show in the portal only.')
param alertEmail string = ''

@description('Whether heartbeatUrl is fetched after each complete tick.')
param heartbeat bool = false

@secure()
@description('Fetched after each complete tick, for a monitor outside Azure. Kept in Key Vault.')
param heartbeatUrl string = ''

@description('Further app settings by name, as the README lists them. Empty ones keep the app’s default.')
param settings object = {}

@description('Minutes without a completed tick that raise an alert. More than five only with a slower POLL_SCHEDULE.')
@allowed([5, 10, 15, 30, 60])
param noTickMinutes int = 5

@description('Minutes between two looks at health from each place; each look is billed. 0: nobody looks, and there is no such alert.')
@allowed([0, 5, 15])
param healthTestMinutes int = 15

@description('The cloud that this is deployed to. Azure knows it; only a snapshot, which asks nobody, has to say it.')
param cloud string = environment().name

@description('Places that look at health, at least two, separated by commas. In other clouds than the public one none, if not given.')
param healthTestLocations string = cloud == 'AzureCloud' ? 'emea-nl-ams-azr,us-va-ash-azr,apac-sg-sin-azr' : ''

@description('Protects the Key Vault from being purged, as some policies demand. It cannot be taken back.')
param purgeProtection bool = false

@description('Memory of an instance. 512 MB keeps the default schedule within the monthly free grant.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

@description('Instances at most, for each group of functions: the timers have one each, the HTTP functions one together.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that always wait for requests, for an answer without a cold start. Each is billed all month.')
@minValue(0)
@maxValue(1000)
param alwaysReadyHttpInstances int = 0

@description('Who may call the app, as ranges of addresses (CIDR) separated by commas: 203.0.113.0/24. Empty: everybody. The upload of packages is not restricted.')
param allowedAddresses string = ''

var tags = { 'azd-env-name': environmentName }
var name = namesFor(uniqueString(subscription().id, environmentName, location))

// The items of a list, each once, without blanks around them.
func listOf(text string) string[] => union([], filter(map(split(text, ','), one => trim(one)), one => !empty(one)))

// Finds the webhook of a channel in name=webhook pairs.
func webhookOf(channel string, pairs string) string =>
  substring(
    first(filter(listOf(pairs), pair => startsWith(toLower(pair), toLower('${channel}=')))) ?? fail('channelWebhookUrls (CHANNEL_WEBHOOK_URLS) has no webhook for the channel ${channel}: ${channel}=https://…'),
    length(channel) + 1
  )

var channelNames = listOf(toLower(channels))
var places = healthTestMinutes == 0 ? [] : listOf(healthTestLocations)

// Brings IDs into one form, each once: small letters, one slash between the parts, none at the ends.
var scopes = union(
  [],
  filter(
    map(split(toLower(readerScopes), ','), id => join(filter(split(trim(id), '/'), part => !empty(part)), '/')),
    id => !empty(id)
  )
)
// An ID of two parts is a subscription, of four a resource group, of eight a cluster.
var subscriptions = filter(scopes, id => length(split(id, '/')) == 2)
var resourceGroups = filter(scopes, id => length(split(id, '/')) == 4)
var clusters = map(
  filter(scopes, id => !contains([2, 4], length(split(id, '/')))),
  id =>
    length(split(id, '/')) == 8 && contains(id, '/microsoft.containerservice/managedclusters/')
      ? id
      : fail('readerScopes (READER_SCOPES): ${id} is the ID of no subscription, resource group or cluster.')
)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
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
    name: name
    cloud: cloud
    slackWebhookUrl: slackWebhookUrl
    channels: channelNames
    // Each by its name, so that a webhook never gets to another channel.
    channelWebhookUrls: length(listOf(channelWebhookUrls)) == length(channelNames)
      ? toObject(channelNames, channel => channel, channel => webhookOf(channel, channelWebhookUrls))
      : fail('channels (CHANNELS) and channelWebhookUrls (CHANNEL_WEBHOOK_URLS) go together: one webhook for each channel.')
    heartbeat: heartbeat
    heartbeatUrl: heartbeat == empty(heartbeatUrl)
      ? fail('heartbeat (HEARTBEAT) and heartbeatUrl (HEARTBEAT_URL) go together: set both or neither.')
      : heartbeatUrl
    settings: settings
    purgeProtection: purgeProtection
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttpInstances: alwaysReadyHttpInstances
    allowedAddresses: listOf(allowedAddresses)
    allowHealthTest: !empty(places)
  }
}

module alerts 'alerts.bicep' = {
  name: 'aks-notifier-alerts'
  scope: group
  params: {
    location: location
    tags: tags
    name: name
    alertEmail: alertEmail
    noTickMinutes: noTickMinutes
    healthTestMinutes: healthTestMinutes
    healthTestLocations: places
  }
  dependsOn: [app]
}

module workbook 'workbook.bicep' = {
  name: 'aks-notifier-workbook'
  scope: group
  params: {
    location: location
    tags: tags
    name: name
  }
  dependsOn: [app]
}

// Reader, on the named resources only: reading the status of operations needs no more.
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
output FUNCTION_APP_NAME string = name.app
output FUNCTION_APP_URL string = app.outputs.url
output HEALTH_URL string = '${app.outputs.url}/api/health'
output KEY_VAULT_NAME string = name.vault
output IDENTITY_PRINCIPAL_ID string = app.outputs.principalId
