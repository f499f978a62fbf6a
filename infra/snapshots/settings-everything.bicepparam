// The app settings with channels, a heartbeat and settings.
using '../settings.bicep'

param appName = 'func'
param cloud = 'AzureCloud'
param clientId = '00000000-0000-4000-8000-0000000000fd'
param blobUrl = 'https://sthost.blob.example/'
param tableUrl = 'https://sthost.table.example/'
param insightsConnection = 'InstrumentationKey=00000000-0000-4000-8000-0000000000fc'
param vaultUrl = 'https://kv.vault.example/secrets'
param channels = ['payments', 'night_shift']
param heartbeat = true
param others = {
  POLL_SCHEDULE: '0 * * * * *'
  STALLED_AFTER: '45m'
  WATCH_INTERVAL: ''
}
