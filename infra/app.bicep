// The function app with what it stands on: identity, storage, Key Vault, Application Insights. Nothing here has a
// key or a password: the app opens everything with its identity (for traces, see isPublicCloud).
import { names, secretOf } from 'names.bicep'

@description('Region of all resources.')
param location string

@description('Tags of all resources.')
param tags object

@description('Names of the resources.')
param name names

@description('The cloud that this is deployed to, by the name that environment() gives.')
param cloud string

@secure()
@description('Slack webhook of the default channel.')
param slackWebhookUrl string

@description('Names of further channels.')
param channels string[]

@secure()
@description('Slack webhooks of further channels, by channel name.')
param channelWebhookUrls object

@description('Whether there is a heartbeat.')
param heartbeat bool

@secure()
@description('Fetched after each complete tick, where there is a heartbeat.')
param heartbeatUrl string

@description('Further app settings by name; empty ones are left out.')
param settings object

@description('Whether nobody may purge the Key Vault before its retention ends.')
param purgeProtection bool

@description('Memory of an instance.')
param instanceMemoryMB int

@description('Instances at most, for each group of functions.')
param maximumInstanceCount int

@description('Instances that always wait for requests.')
param alwaysReadyHttpInstances int

@description('Who may call the app: ranges of addresses (CIDR); with none, everybody.')
param allowedAddresses string[]

@description('Whether the health test calls the app, whatever addresses are allowed.')
param allowHealthTest bool

// Application Insights is documented to take identities in the public cloud. Elsewhere it takes the key that is in its
// connection string.
var isPublicCloud = cloud == 'AzureCloud'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name.identity
  location: location
  tags: tags
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name.storage
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

// The deployed package has a storage account of its own: access to the host's blobs gives no access to the code.
resource packageStorage 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name.packageStorage
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

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: packageStorage
  name: 'default'
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'packages'
}

// Purge protection is off unless it is asked for: the secrets can be had from Slack again, and deleting everything stays
// easy. A vault that once has the protection keeps it.
resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name.vault
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    softDeleteRetentionInDays: 7
    enablePurgeProtection: purgeProtection ? true : null
  }
}

resource webhook 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = {
  parent: vault
  name: 'slack-webhook'
  properties: { value: slackWebhookUrl }
}

resource channelWebhooks 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = [
  for channel in channels: {
    parent: vault
    name: secretOf(channel)
    properties: { value: channelWebhookUrls[channel] }
  }
]

resource heartbeatSecret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (heartbeat) {
  parent: vault
  name: 'heartbeat-url'
  properties: { value: heartbeatUrl }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: name.workspace
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

// Who read or changed which secret, and when.
#disable-next-line use-recent-api-versions // The newest that there is; the rule asks for one of 2016, as this is a preview.
resource auditSecrets 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspace.id
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name.insights
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: isPublicCloud
  }
}

module roles 'roles.bicep' = {
  name: 'aks-notifier-roles'
  params: {
    name: name
    principalId: identity.properties.principalId
  }
  dependsOn: [insights, packageStorage, storage, vault]
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: name.plan
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name.app
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
    // Without this, references to Key Vault use the system-assigned identity, and there is none.
    keyVaultReferenceIdentity: identity.id
    siteConfig: {
      minTlsVersion: '1.2'
      ipSecurityRestrictionsDefaultAction: empty(allowedAddresses) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: concat(
        map(allowedAddresses, (addresses, index) => {
          name: 'allowed-${index}'
          priority: 100 + index
          action: 'Allow'
          ipAddress: addresses
        }),
        allowHealthTest && !empty(allowedAddresses)
          ? [
              {
                name: 'health-test'
                priority: 1000
                action: 'Allow'
                tag: 'ServiceTag'
                ipAddress: 'ApplicationInsightsAvailability'
              }
            ]
          : []
      )
    }
    functionAppConfig: {
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyHttpInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyHttpInstances }] : []
      }
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
  // A granted role takes minutes to take effect everywhere; the later the app starts, the better.
  dependsOn: [roles]
}

// No deploying by user name and password. One after the other: a site refuses two changes at once.
resource noPasswordForFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'ftp'
  properties: { allow: false }
}

resource noPasswordForScm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: site
  name: 'scm'
  properties: { allow: false }
  dependsOn: [noPasswordForFtp]
}

module appSettings 'settings.bicep' = {
  name: 'aks-notifier-settings'
  params: {
    appName: site.name
    cloud: cloud
    clientId: identity.properties.clientId
    blobUrl: storage.properties.primaryEndpoints.blob
    tableUrl: storage.properties.primaryEndpoints.table
    insightsConnection: insights.properties.ConnectionString
    // Without a version, so that the app gets the new value of a changed secret.
    vaultUrl: 'https://${name.vault}${environment().suffixes.keyvaultDns}/secrets'
    channels: channels
    heartbeat: heartbeat
    others: settings
  }
  dependsOn: [channelWebhooks, heartbeatSecret, noPasswordForScm, webhook]
}

output url string = 'https://${site.properties.defaultHostName}'
output principalId string = identity.properties.principalId
