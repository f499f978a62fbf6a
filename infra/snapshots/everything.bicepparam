// Every parameter other than its default: channels, a heartbeat, scopes of all three kinds, settings.
using '../main.bicep'

param environmentName = 'everything'
param location = 'northeurope'
param resourceGroupName = 'rg-of-its-own'
param cloud = 'AzureCloud'
param slackWebhookUrl = 'https://hooks.slack.com/services/T0/B0/default'
param channels = 'payments, Night_Shift'
param channelWebhookUrls = 'payments=https://hooks.slack.com/services/T0/B0/payments, night_shift=https://hooks.slack.com/services/T0/B0/night'
param heartbeat = true
param heartbeatUrl = 'https://monitor.example/ping'
param readerScopes = '/subscriptions/00000000-0000-4000-8000-00000000000C, /subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-Prod/, /subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-test/providers/Microsoft.ContainerService/managedClusters/aks-Test, /SUBSCRIPTIONS/00000000-0000-4000-8000-00000000000c'
param alertEmail = 'oncall@example.com'
param settings = {
  POLL_SCHEDULE: '0 * * * * *'
  STALLED_AFTER: '45m'
  WATCH_INTERVAL: ''
}
param noTickMinutes = 10
param healthTestMinutes = 5
param healthTestLocations = 'emea-nl-ams-azr, us-va-ash-azr'
param purgeProtection = true
param instanceMemoryMB = 2048
param maximumInstanceCount = 10
param alwaysReadyHttpInstances = 1
param allowedAddresses = '203.0.113.0/24, 2001:db8::/32'
