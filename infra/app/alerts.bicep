// Alert rules over the app's events. Their queries are files, shared with docs/operations.md and the workbook; the
// runbook for each alert stands in docs/operations.md under the rule's name.

@description('Region of the rules: that of Application Insights.')
param location string

@description('Tags of every resource here.')
param tags object

@description('Resource id of the Application Insights component that holds the app\'s events.')
param applicationInsightsId string

@description('Where alerts are mailed to. Empty: the rules fire and show in the portal, but notify nobody.')
param actionGroupEmail string = ''

@description('Minutes within which at least one link has to succeed, if that many attempts were made.')
@allowed([
  5
  10
  15
  30
  45
  60
  120
  180
  240
  300
  360
])
param noLinkMinutes int = 30

@description('Attempts without one link, within noLinkMinutes, from which on it is an alert. Quiet hours with fewer never alert.')
@minValue(1)
param noLinkAttempts int = 10

@description('Also alert where no call at all came in within noLinkMinutes. Only for a line that is busy day and night: it pages in every quiet hour.')
param alertOnSilence bool = false

@description('Percentage of calls answered with 503, within 15 minutes and of at least 20 calls, above which it is an alert.')
@minValue(1)
@maxValue(100)
param unavailablePercent int = 5

@description('False: the rules are there, but switched off.')
param alertsEnabled bool = true

var actions = empty(actionGroupEmail) ? {} : { actionGroups: [ actionGroup.id ] }

var rules = [
  {
    name: 'conversation-linker-no-link'
    displayName: 'Conversation Linker: no link succeeds'
    description: 'Calls come in, but none of them has linked anybody. See docs/operations.md.'
    severity: 1
    wanted: true
    window: 'PT${noLinkMinutes}M'
    query: loadTextContent('../queries/no-link.kql')
    measure: 'attemptsWithoutLink'
    operator: 'GreaterThanOrEqual'
    threshold: noLinkAttempts
  }
  {
    name: 'conversation-linker-silence'
    displayName: 'Conversation Linker: no call comes in'
    description: 'No bot has called for a while. See docs/operations.md.'
    severity: 2
    wanted: alertOnSilence
    window: 'PT${noLinkMinutes}M'
    query: loadTextContent('../queries/silence.kql')
    measure: 'attempts'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'conversation-linker-unavailable'
    displayName: 'Conversation Linker: too many calls end in 503'
    description: 'Dataverse throttles or does not answer in time. See docs/operations.md.'
    severity: 2
    wanted: true
    window: 'PT15M'
    query: loadTextContent('../queries/unavailable.kql')
    measure: 'unavailableRate'
    operator: 'GreaterThan'
    threshold: unavailablePercent
  }
  {
    name: 'conversation-linker-refused'
    displayName: 'Conversation Linker: Dataverse or the settings refuse it (424)'
    description: 'Something that no retry helps: an identity, a privilege, a column, a setting. See docs/operations.md.'
    severity: 1
    wanted: true
    window: 'PT5M'
    query: loadTextContent('../queries/refused-count.kql')
    measure: 'refused'
    operator: 'GreaterThan'
    threshold: 0
  }
]

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(actionGroupEmail)) {
  name: 'conversation-linker'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'ConvLinker'
    enabled: true
    emailReceivers: [
      {
        name: 'on-call'
        emailAddress: actionGroupEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alertRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: if (rule.wanted) {
  name: rule.name
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: rule.displayName
    description: rule.description
    severity: rule.severity
    enabled: alertsEnabled
    scopes: [
      applicationInsightsId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: rule.window
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Maximum'
          metricMeasureColumn: rule.measure
          operator: rule.operator
          threshold: rule.threshold
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    // A new component has no table yet: the rule must be accepted all the same.
    skipQueryValidation: true
    autoMitigate: true
    actions: actions
  }
}]
