@description('Name of a cluster in this resource group.')
param clusterName string

@description('Object ID of the app’s identity.')
param principalId string

var reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'

resource cluster 'Microsoft.ContainerService/managedClusters@2025-10-01' existing = {
  name: clusterName
}

// Reader on the one cluster: to read its operations. It allows no change, and no access inside Kubernetes. The app
// prints the same name in small letters when it lacks the role (shared/domain/role-assignment-name.ts), so that a
// person who runs its line and a later deployment mean one assignment.
resource readOperations 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(toLower(cluster.id), toLower(principalId), reader)
  scope: cluster
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader)
  }
}
