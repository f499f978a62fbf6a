// Only what has no default, and the cloud, which a snapshot cannot ask for.
using '../main.bicep'

param environmentName = 'aks-notifier'
param location = 'westeurope'
param cloud = 'AzureCloud'
param slackWebhookUrl = 'https://hooks.slack.com/services/T0/B0/required'
