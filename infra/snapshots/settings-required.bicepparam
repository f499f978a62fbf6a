// The app settings of a deployment that gives only what is required, in another cloud.
using '../settings.bicep'

param appName = 'func'
param cloud = 'AzureUSGovernment'
param clientId = '00000000-0000-4000-8000-0000000000fd'
param blobUrl = 'https://sthost.blob.example/'
param tableUrl = 'https://sthost.table.example/'
param insightsConnection = 'InstrumentationKey=00000000-0000-4000-8000-0000000000fc'
param vaultUrl = 'https://kv.vault.example/secrets'
param channels = []
param heartbeat = false
param others = {
  STALLED_AFTER: ''
}
