// Two alerts that need neither the app nor Slack: from outside, health does not answer 200; from inside, no tick has
// completed. The first one also comes when a channel is parked or a message is stuck, the second one is the faster.
@description('Region of the resources that have one.')
param location string

@description('Tags of all resources.')
param tags object

@description('Name of the function app, which is its role name in the traces.')
param functionAppName string

@description('URL of health.')
param healthUrl string

@description('Resource ID of Application Insights.')
param insightsId string

@description('Resource ID of the Log Analytics workspace.')
param workspaceId string

@description('Where alerts are mailed; empty for the portal only.')
param alertEmail string

@description('Minutes without a completed tick that raise an alert.')
param noTickMinutes int

@description('Seconds between two looks from each place.')
param healthTestSeconds int

@description('Places that look at health; with none there is no such alert.')
param healthTestLocations array

var hasMail = !empty(alertEmail)
var hasHealthTest = !empty(healthTestLocations)

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (hasMail) {
  name: 'ag-${functionAppName}'
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
  name: 'health-${functionAppName}'
  location: location
  // This tag, and no property, says to which Application Insights a test belongs.
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'health-${functionAppName}'
    Name: 'health-${functionAppName}'
    Kind: 'standard'
    Enabled: true
    Frequency: healthTestSeconds
    Timeout: 30
    RetryEnabled: true
    Locations: map(healthTestLocations, place => { Id: place })
    Request: {
      RequestUrl: healthUrl
      HttpVerb: 'GET'
      ParseDependentRequests: false
    }
    ValidationRules: { ExpectedHttpStatusCode: 200 }
  }
}

resource unhealthy 'Microsoft.Insights/metricAlerts@2018-03-01' = if (hasHealthTest) {
  name: 'unhealthy-${functionAppName}'
  location: 'global'
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource', 'hidden-link:${healthTest.id}': 'Resource' })
  properties: {
    description: 'AKS Operation Notifier is unhealthy or does not answer: open its health, which gives the reasons.'
    severity: 1
    enabled: true
    scopes: [healthTest.id, insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT${healthTestSeconds / 60}M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: healthTest.id
      componentId: insightsId
      // One place that cannot reach it is that place's trouble.
      failedLocationCount: 2
    }
    autoMitigate: true
    actions: hasMail ? [{ actionGroupId: mail.id }] : []
  }
}

// The query of the README ("Watching it"), for this app. Traces need not have come in yet when the rule is made.
resource noTick 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'no-tick-${functionAppName}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'No completed tick: ${functionAppName}'
    description: 'AKS Operation Notifier completed no tick for ${noTickMinutes} minutes.'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT${noTickMinutes}M'
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: replace(
            replace(loadTextContent('no-tick.kql'), 'my-function-app', functionAppName),
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
