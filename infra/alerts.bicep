// Two alerts that need neither the app nor Slack: from outside, health does not answer 200; from inside, no tick has
// completed. The first one also comes when a channel is parked or a message is stuck, the second one is the faster.
import { names } from 'names.bicep'

@description('Region of the resources that have one.')
param location string

@description('Tags of all resources.')
param tags object

@description('Names of the resources.')
param name names

@description('Where alerts are mailed; empty for the portal only.')
param alertEmail string

@description('Minutes without a completed tick that raise an alert.')
param noTickMinutes int

@description('Minutes between two looks from each place.')
param healthTestMinutes int

@description('Places that look at health; with none there is no such alert.')
param healthTestLocations string[]

var hasMail = !empty(alertEmail)
var hasHealthTest = !empty(healthTestLocations)

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: name.app
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: name.insights
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: name.workspace
}

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (hasMail) {
  name: 'ag-${name.app}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'aksnotifier'
    emailReceivers: [
      {
        name: 'mail'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

resource healthTest 'Microsoft.Insights/webtests@2022-06-15' = if (hasHealthTest) {
  name: 'health-${name.app}'
  location: location
  // This tag, and no property, says to which Application Insights a test belongs.
  tags: union(tags, { 'hidden-link:${insights.id}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'health-${name.app}'
    Name: 'health-${name.app}'
    Kind: 'standard'
    Enabled: true
    Frequency: healthTestMinutes * 60
    Timeout: 30
    RetryEnabled: true
    Locations: map(healthTestLocations, place => { Id: place })
    Request: {
      RequestUrl: 'https://${app.properties.defaultHostName}/api/health'
      HttpVerb: 'GET'
      ParseDependentRequests: false
    }
    ValidationRules: { ExpectedHttpStatusCode: 200 }
  }
}

resource unhealthy 'Microsoft.Insights/metricAlerts@2026-01-01' = if (hasHealthTest) {
  name: 'unhealthy-${name.app}'
  location: 'global'
  tags: union(tags, { 'hidden-link:${insights.id}': 'Resource', 'hidden-link:${healthTest.id}': 'Resource' })
  properties: {
    description: 'AKS Operation Notifier is unhealthy or does not answer. Open https://${app.properties.defaultHostName}/api/health, which gives the reasons; docs/operating.md of its source says what to do for each ("Health").'
    severity: 1
    enabled: true
    scopes: [healthTest.id, insights.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT${healthTestMinutes}M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: healthTest.id
      componentId: insights.id
      // If only one place cannot reach the app, the fault is in that place.
      failedLocationCount: 2
    }
    autoMitigate: true
    actions: hasMail ? [{ actionGroupId: mail.id }] : []
  }
}

// The query of the README ("Watching it"), for this app. Traces need not have come in yet when the rule is made.
resource noTick 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'no-tick-${name.app}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'No completed tick: ${name.app}'
    description: 'AKS Operation Notifier completed no tick for ${noTickMinutes} minutes. docs/operating.md of its source says what to do ("No completed tick").'
    severity: 1
    enabled: true
    scopes: [workspace.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT${noTickMinutes}M'
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: replace(
            replace(loadTextContent('queries/no-tick.kql'), 'my-function-app', name.app),
            'ago(5m)',
            'ago(${noTickMinutes}m)'
          )
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    actions: { actionGroups: hasMail ? [mail.id] : [] }
  }
}
