// All app settings: the next deployment removes others that were set by hand. They have a module of their own, so
// that a snapshot shows each of them with a given identity.
import { secretOf } from 'names.bicep'

@description('Name of the function app.')
param appName string

@description('The cloud that this is deployed to, by the name that environment() gives.')
param cloud string

@description('Client ID of the app’s identity.')
param clientId string

@description('Blobs of the host’s storage account.')
param blobUrl string

@description('Tables of the host’s storage account.')
param tableUrl string

@description('Connection string of Application Insights. In the public cloud the key in it opens nothing.')
param insightsConnection string

@description('Where the Key Vault has its secrets: https://…/secrets.')
param vaultUrl string

@description('Names of further channels.')
param channels string[]

@description('Whether there is a heartbeat.')
param heartbeat bool

@description('Further settings by name; empty ones are left out.')
param others object

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(
    {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: clientId
      AzureWebJobsStorage__blobServiceUri: blobUrl
      AzureWebJobsStorage__tableServiceUri: tableUrl
      APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
      AZURE_CLIENT_ID: clientId
      AZURE_CLOUD: cloud
      SLACK_WEBHOOK_URL: '@Microsoft.KeyVault(SecretUri=${vaultUrl}/slack-webhook)'
    },
    // Application Insights is documented to take an identity in the public cloud alone.
    cloud == 'AzureCloud' ? { APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD' } : {},
    heartbeat ? { HEARTBEAT_URL: '@Microsoft.KeyVault(SecretUri=${vaultUrl}/heartbeat-url)' } : {},
    toObject(
      channels,
      channel => 'SLACK_WEBHOOK_URL_${toUpper(channel)}',
      channel => '@Microsoft.KeyVault(SecretUri=${vaultUrl}/${secretOf(channel)})'
    ),
    toObject(filter(items(others), setting => !empty(setting.value)), setting => setting.key, setting => setting.value)
  )
}
