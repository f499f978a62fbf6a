targetScope = 'subscription'

@description('Object ID of the app’s identity.')
param principalId string

var reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'

// Reader on the subscription: to find its clusters, those of tomorrow too, and read their operations. Changes nothing.
resource readOperations 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(toLower(subscription().id), toLower(principalId), reader)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader)
  }
}
