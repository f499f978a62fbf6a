// The function app with what it stands on: identity, storage, Key Vault, Application Insights. Nothing here has a
// key or a password: the app opens everything with its identity (for traces, see isPublicCloud).
@description('Region of all resources.')
param location string

@description('Tags of all resources.')
param tags object

@description('Makes names unique: 13 characters that stay the same from deployment to deployment.')
param token string

@secure()
@description('Slack webhook of the default channel.')
param slackWebhookUrl string

@secure()
@description('Slack webhooks of further channels, by channel name.')
param channels object

@secure()
@description('Fetched after each complete tick; empty for none.')
param heartbeatUrl string

@description('Further app settings by name; empty ones are left out.')
param settings object

@description('Memory of an instance.')
param instanceMemoryMB int

var roles = {
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

// Application Insights is documented to take identities in the public cloud. Elsewhere it takes the key that is in its
// connection string.
var isPublicCloud = environment().name == 'AzureCloud'

// Without a version: of a secret that changes, the app gets the new value.
var secretsUrl = 'https://${vault.name}${environment().suffixes.keyvaultDns}/secrets'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-aks-notifier-${token}'
  location: location
  tags: tags
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: 'staksnotify${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

// The package that is run has an account of its own: who owns the blobs of the host owns no code.
resource packageStorage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: 'staksnpkg${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: packageStorage
  name: 'default'
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'packages'
}

// Without protection from purging: what it holds can be had from Slack again, and taking everything down stays easy.
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'kv-aksn-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    softDeleteRetentionInDays: 7
  }
}

resource webhook 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'slack-webhook'
  properties: { value: slackWebhookUrl }
}

// The name of a secret knows no underscore, that of a channel no hyphen.
resource channelWebhooks 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = [
  for channel in items(channels): {
    parent: vault
    name: 'slack-webhook-${replace(toLower(channel.key), '_', '-')}'
    properties: { value: channel.value }
  }
]

resource heartbeat 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(heartbeatUrl)) {
  parent: vault
  name: 'heartbeat-url'
  properties: { value: heartbeatUrl }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-aks-notifier-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

// Who read or changed which secret, and when.
resource auditSecrets 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspace.id
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-aks-notifier-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: isPublicCloud
  }
}

// The host keeps its leases and function keys in blobs. Owner of blobs is what Microsoft documents for its storage.
// Queues it makes for blob triggers and Durable Functions alone, and the app has none: no role, no endpoint.
resource useBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, identity.id, roles.storageBlobDataOwner)
  scope: storage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataOwner)
  }
}

// The platform reads the package with the app's identity, and writes it when somebody deploys. This is the role that
// Microsoft's tools give for it. The account holds nothing else.
resource usePackages 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(packageStorage.id, identity.id, roles.storageBlobDataContributor)
  scope: packageStorage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

// The app's tables: operations, watches, messages that are owed. It creates them itself. The host has one, too: for
// what went wrong with it (diagnostic events).
resource useTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, identity.id, roles.storageTableDataContributor)
  scope: storage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageTableDataContributor
    )
  }
}

// Reads the values of secrets, for the references in the app settings. It cannot list, write or delete them.
resource readSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
  }
}

// Sends traces to Application Insights, which takes no instrumentation key in the public cloud. It cannot read them.
resource sendTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, roles.monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-aks-notifier-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-aks-notifier-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'notifier' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // References to Key Vault are resolved with the system-assigned identity otherwise, and there is none.
    keyVaultReferenceIdentity: identity.id
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: { instanceMemoryMB: instanceMemoryMB, maximumInstanceCount: 40 }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${packageStorage.properties.primaryEndpoints.blob}${packages.name}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
    }
  }
  // What the identity may do spreads for minutes after it is granted; the later the app starts, the better.
  dependsOn: [readSecrets, sendTelemetry, useBlobs, usePackages, useTables]
}

// No deploying by user name and password. One after the other: a site refuses two changes at once.
resource noPasswordForFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource noPasswordForScm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
  dependsOn: [noPasswordForFtp]
}

// All app settings there are: others, made by hand, go with the next deployment.
resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: union(
    {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
      AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      AZURE_CLIENT_ID: identity.properties.clientId
      AZURE_CLOUD: environment().name
      SLACK_WEBHOOK_URL: '@Microsoft.KeyVault(SecretUri=${secretsUrl}/slack-webhook)'
    },
    isPublicCloud
      ? { APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD' }
      : {},
    empty(heartbeatUrl)
      ? {}
      : { HEARTBEAT_URL: '@Microsoft.KeyVault(SecretUri=${secretsUrl}/heartbeat-url)' },
    toObject(
      objectKeys(channels),
      name => 'SLACK_WEBHOOK_URL_${toUpper(name)}',
      name => '@Microsoft.KeyVault(SecretUri=${secretsUrl}/slack-webhook-${replace(toLower(name), '_', '-')})'
    ),
    toObject(filter(items(settings), setting => !empty(setting.value)), setting => setting.key, setting => setting.value)
  )
  dependsOn: [channelWebhooks, heartbeat, noPasswordForScm, webhook]
}

output functionAppName string = site.name
output url string = 'https://${site.properties.defaultHostName}'
output principalId string = identity.properties.principalId
output vaultName string = vault.name
output insightsId string = insights.id
output workspaceId string = workspace.id
