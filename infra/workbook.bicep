// What the log says, in pictures: in the portal under Application Insights, Workbooks. Its queries are those of the README
// and the alert, in queries/; only the time differs, which the workbook has a picker for.
import { names } from 'names.bicep'

@description('Region of the workbook.')
param location string

@description('Tags of all resources.')
param tags object

@description('Names of the resources.')
param name names

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: name.insights
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: name.workspace
}

// Each title says what good looks like. Where an empty picture is good, it says so instead of "no results".
type picture = {
  title: string
  query: string
  as: 'barchart' | 'table' | 'timechart'
  isEmptyGood: bool?
}

var pictures picture[] = [
  {
    title: 'Ticks: how many, and the longest time between two, in seconds. Good: the longest time stays at the interval of POLL_SCHEDULE (30), and the line goes on until now'
    query: loadTextContent('queries/ticks.kql')
    as: 'timechart'
  }
  {
    title: 'How long ticks take, in seconds: the longest tick, and the steps of all ticks on average. Good: the longest stays below the interval (30)'
    query: loadTextContent('queries/tick-times.kql')
    as: 'timechart'
  }
  {
    title: 'Readings of operations. Good: few failed, and nothing left over'
    query: loadTextContent('queries/readings.kql')
    as: 'timechart'
  }
  {
    title: 'Readings that failed, by cause. Good: none'
    query: loadTextContent('queries/failed-readings.kql')
    as: 'barchart'
    isEmptyGood: true
  }
  {
    title: 'From the end of an operation in Azure to Slack’s ok, in seconds. Good: half within 60, nearly all (95 %) within 180'
    query: loadTextContent('queries/end-to-slack.kql')
    as: 'timechart'
  }
  {
    title: 'Messages that wait for Slack, and for how many minutes the oldest has waited. Good: none, or gone after a few minutes'
    query: loadTextContent('queries/waiting.kql')
    as: 'timechart'
    isEmptyGood: true
  }
  {
    title: 'Operations that ended, by outcome. Good: few failed, and none lost or given up (gaveUp)'
    query: loadTextContent('queries/endings.kql')
    as: 'barchart'
  }
  {
    title: 'How long operations take, by kind and outcome. Good: nine of ten take not much longer than the median. The kind “any”: Azure does not say what ran'
    query: loadTextContent('queries/durations.kql')
    as: 'table'
  }
  {
    title: 'Requests to Azure, and how many readings wait for the request budget. Good: waiting readings are gone after a few minutes'
    query: loadTextContent('queries/requests.kql')
    as: 'timechart'
  }
  {
    title: 'What is left of the request budget (ARM_BUDGET), in percent, in the subscription that has least. Good: seldom 0'
    query: loadTextContent('queries/budget.kql')
    as: 'timechart'
  }
  {
    title: 'Answers 429 (too many requests) from Azure and from Slack. Good: none'
    query: loadTextContent('queries/throttled.kql')
    as: 'barchart'
    isEmptyGood: true
  }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, name.app, 'workbook')
  location: location
  tags: union(tags, { 'hidden-title': 'AKS Operation Notifier' })
  kind: 'shared'
  properties: {
    displayName: 'AKS Operation Notifier'
    category: 'workbook'
    sourceId: insights.id
    version: 'Notebook/1.0'
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat(
        [
          {
            type: 1
            name: 'text'
            content: {
              json: 'Each title says what good looks like. What to do when a picture looks different: `docs/operating.md` of the source, "The workbook".'
            }
          }
          {
            type: 9
            name: 'time'
            content: {
              version: 'KqlParameterItem/1.0'
              style: 'pills'
              queryType: 0
              resourceType: 'microsoft.operationalinsights/workspaces'
              parameters: [
                {
                  id: guid(resourceGroup().id, name.app, 'workbook', 'time')
                  version: 'KqlParameterItem/1.0'
                  name: 'TimeRange'
                  label: 'Time'
                  type: 4
                  isRequired: true
                  value: { durationMs: 86400000 }
                  typeSettings: {
                    selectableValues: map([1, 4, 24, 72, 168, 720], hours => { durationMs: hours * 3600000 })
                    allowCustom: true
                  }
                }
              ]
            }
          }
        ],
        map(pictures, (one, index) => {
          type: 3
          name: 'picture-${index}'
          customWidth: '50'
          styleSettings: { showBorder: true }
          content: union(
            {
              version: 'KqlItem/1.0'
              title: one.title
              query: replace(
                replace(one.query, '> ago(24h)', '{TimeRange}'),
                'bin(TimeGenerated, 5m)',
                'bin(TimeGenerated, {TimeRange:grain})'
              )
              size: 0
              queryType: 0
              resourceType: 'microsoft.operationalinsights/workspaces'
              crossComponentResources: [workspace.id]
              timeContextFromParameter: 'TimeRange'
              visualization: one.as
            },
            one.?isEmptyGood ?? false ? { noDataMessage: 'None in this time: good, if ticks go on.', noDataMessageStyle: 3 } : {}
          )
        })
      )
      fallbackResourceIds: [insights.id]
    })
  }
}
