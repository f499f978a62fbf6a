// The roles in the group: their names follow from the principal, which is known only once the identity exists.
using '../roles.bicep'

param principalId = '00000000-0000-4000-8000-0000000000fe'
param name = {
  app: 'func'
  identity: 'id'
  insights: 'appi'
  packageStorage: 'stpackage'
  plan: 'plan'
  storage: 'sthost'
  vault: 'kv'
  workspace: 'log'
}
