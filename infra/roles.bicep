// What the app's identity may do with the resources in the group: each role on one resource. The roles have a module of
// their own because each name is made of the principal: when the identity is made anew, so are its roles.
import { names } from 'names.bicep'

@description('Object ID of the app’s identity.')
param principalId string

@description('Names of the resources.')
param name names

var roles = {
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: name.storage
}

resource packageStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: name.packageStorage
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: name.vault
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: name.insights
}

// The host keeps its leases and function keys in blobs. Owner of blobs is what Microsoft documents for its storage. It
// uses queues only for blob triggers and Durable Functions. The app has neither, so queues have no role and no
// endpoint.
resource useBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, principalId, roles.storageBlobDataOwner)
  scope: storage
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataOwner)
  }
}

// The platform reads the package with the app's identity, and writes it when somebody deploys. This is the role that
// Microsoft's tools give for it. The account holds nothing else.
resource usePackages 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(packageStorage.id, principalId, roles.storageBlobDataContributor)
  scope: packageStorage
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

// The app's tables: operations, watches, messages that are owed. It creates them itself. The host has a table too, for
// its diagnostic events.
resource useTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, principalId, roles.storageTableDataContributor)
  scope: storage
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageTableDataContributor
    )
  }
}

// Reads the values of secrets, for the references in the app settings. It cannot list, write or delete them.
resource readSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
  }
}

// Sends traces to Application Insights, which takes no instrumentation key in the public cloud. It cannot read them.
resource sendTelemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, principalId, roles.monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
  }
}
