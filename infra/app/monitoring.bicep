metadata description = 'Logs, telemetry and the workbook that draws them. Only tokens of Microsoft Entra ID are taken, no keys.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('What makes the names unique.')
param resourceToken string

@description('Days for which logs are kept.')
param logRetentionDays int

@description('Object id of the identity that may send telemetry.')
param publisherPrincipalId string

// Tables of Application Insights have a retention of their own, 90 days, whatever the workspace says.
var tables = [
  'AppAvailabilityResults'
  'AppBrowserTimings'
  'AppDependencies'
  'AppEvents'
  'AppExceptions'
  'AppMetrics'
  'AppPageViews'
  'AppPerformanceCounters'
  'AppRequests'
  'AppSystemEvents'
  'AppTraces'
]
var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

module workspace 'br/public:avm/res/operational-insights/workspace:0.13.0' = {
  name: 'workspace'
  params: {
    name: 'log-${resourceToken}'
    location: location
    tags: tags
    dataRetention: logRetentionDays
    tables: [
      for table in tables: {
        name: table
        retentionInDays: logRetentionDays
        totalRetentionInDays: logRetentionDays
      }
    ]
    features: {
      disableLocalAuth: true
    }
    enableTelemetry: false
  }
}

module applicationInsights 'br/public:avm/res/insights/component:0.7.1' = {
  name: 'application-insights'
  params: {
    name: 'appi-${resourceToken}'
    location: location
    tags: tags
    kind: 'web'
    applicationType: 'web'
    workspaceResourceId: workspace.outputs.resourceId
    disableLocalAuth: true
    // The module's own default would keep the callers' addresses.
    disableIpMasking: false
    roleAssignments: [
      {
        principalId: publisherPrincipalId
        principalType: 'ServicePrincipal'
        roleDefinitionIdOrName: monitoringMetricsPublisher
      }
    ]
    enableTelemetry: false
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'conversation-linker-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Conversation Linker'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: applicationInsights.outputs.resourceId
    serializedData: loadTextContent('../workbook.json')
  }
}

@description('Where telemetry goes. With local authentication off it is an address, no secret.')
output connectionString string = applicationInsights.outputs.connectionString

@description('Resource id of Application Insights.')
output applicationInsightsId string = applicationInsights.outputs.resourceId
