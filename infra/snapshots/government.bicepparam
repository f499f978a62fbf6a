// Another cloud than the public one: no place looks at health, and traces are sent with a key.
using '../main.bicep'

param environmentName = 'government'
param location = 'usgovvirginia'
param cloud = 'AzureUSGovernment'
param slackWebhookUrl = 'https://hooks.slack.com/services/T0/B0/government'
