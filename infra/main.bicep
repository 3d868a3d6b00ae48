targetScope = 'subscription'

metadata description = 'Everything that Conversation Linker needs in Azure. It has no secret, needs none and makes none.'

// ---------------------------------------------------------------------------------------------------------------------
// The deployment
// ---------------------------------------------------------------------------------------------------------------------

@minLength(1)
@maxLength(64)
@description('Name of the azd environment; it names the resource group and makes the other names unique.')
param environmentName string

@minLength(1)
@metadata({ azd: { type: 'location' } })
@description('Azure region of all resources. It must offer Flex Consumption.')
param location string

@maxLength(60)
@description('Name of the Function App, and so of its address. Empty: a name is made up.')
param functionAppName string = ''

@allowed([512, 2048, 4096])
@description('Memory of one instance, in MB. It decides the share of a processor, too.')
param instanceMemoryMB int = 2048

@minValue(1)
@maxValue(1000)
@description('The most instances at one time: the ceiling of the load, on Dataverse as well as on the bill.')
param maximumInstanceCount int = 40

@minValue(0)
@maxValue(20)
@description('Instances that are always ready, and paid for all the time. 0: after a pause, the first caller waits for a start.')
param alwaysReadyInstances int = 0

@description('True: the app calls out through a virtual network with one fixed address, which Dataverse\'s IP firewall can name.')
param virtualNetwork bool = false

@description('Addresses of that virtual network, all of them for the app: at least a /27 that nothing it is to reach uses.')
param virtualNetworkPrefix string = '10.0.0.0/24'

@minValue(30)
@maxValue(730)
@description('Days for which logs are kept, in the workspace and in each table of Application Insights.')
param logRetentionDays int = 30

@description('OpenTelemetry instead of the classic path of telemetry; docs/operations.md says what it brings and costs.')
param openTelemetry bool = false

@description('Where alerts are mailed to. Empty: the rules fire and show in the portal, but notify nobody.')
param actionGroupEmail string = ''

@description('False: the alert rules are there, but switched off.')
param alertsEnabled bool = true

@allowed([5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360])
@description('Minutes within which at least one link has to succeed, if noLinkAttempts were made.')
param noLinkMinutes int = 30

@minValue(1)
@description('Attempts without one link, within noLinkMinutes, from which on it is an alert.')
param noLinkAttempts int = 10

@description('Also alert where no call at all came in within noLinkMinutes: it pages in every quiet hour.')
param alertOnSilence bool = false

@minValue(1)
@maxValue(100)
@description('Percentage of calls answered with 503 above which it is an alert.')
param unavailablePercent int = 5

@maxLength(36)
@description('Client id of the app registration that callers sign in for (Easy Auth). Empty: callers need a key.')
param entraClientId string = ''

@description('Client ids of the callers, with commas between them: nobody else gets in. Only with entraClientId.')
param entraAllowedApplications string = ''

// ---------------------------------------------------------------------------------------------------------------------
// The settings of the app (README.md, Settings): one parameter each, with the default of the code.
// HTTP_AUTH_LEVEL is none: it follows from entraClientId.
// ---------------------------------------------------------------------------------------------------------------------

@minLength(9)
@description('DATAVERSE_URL: address of the Dataverse environment, such as https://org.crm.dynamics.com, without a path.')
param dataverseUrl string

@description('DATAVERSE_API_VERSION: version of the Dataverse Web API.')
param dataverseApiVersion string = 'v9.2'

@minValue(2)
@maxValue(60)
@description('LINK_BUDGET_SECONDS: time for one answer, everything included.')
param linkBudgetSeconds int = 8

@allowed(['contact', 'account'])
@description('PREFERRED_CUSTOMER: who wins where a contact and an account match.')
param preferredCustomer string = 'contact'

@description('CASE_MUST_MATCH_CUSTOMER: false: a named case is linked whoever it belongs to.')
param caseMustMatchCustomer bool = true

@description('LINK_ONLY_ACTIVE_CASE: link the customer\'s only active case where no number was given.')
param linkOnlyActiveCase bool = true

@allowed(['issue,regarding', 'issue', 'regarding'])
@description('CASE_COLUMNS: which case columns of the conversation are written.')
param caseColumns string = 'issue,regarding'

@description('IDENTIFICATION_RULES: JSON that replaces or adds columns, per entity and variable. Empty: the built-in rules.')
param identificationRules string = ''

@description('LINK_POLICY: JSON that says what may be done for a customer, by how well that customer is known. Empty: what the other settings say.')
param linkPolicy string = ''

@description('INCLUDE_NAMES: false: no customer name, case title or case number that the caller did not give, in any field.')
param includeNames bool = true

@description('ALLOW_DRY_RUN: false: a request with dryRun is refused.')
param allowDryRun bool = true

@maxLength(36)
@description('DYNAMICS_APP_ID: id of the model-driven app that the links in the answer open.')
param dynamicsAppId string = ''

@description('CASE_OF_COMPANY: true: a case of the contact\'s company counts as the contact\'s, where a number names it.')
param caseOfCompany bool = false

@minValue(0)
@maxValue(999999999)
@description('CASE_ORIGIN_CODE: origin of a created case (caseorigincode; 3 is Web).')
param caseOriginCode int = 3

@maxLength(36)
@description('CASE_OWNER_TEAM_ID: id of the team that owns a created case. Empty: the application user owns it.')
param caseOwnerTeamId string = ''

@maxLength(2)
@description('DEFAULT_PHONE_REGION: country, such as US, in which a phone number without country code is read.')
param defaultPhoneRegion string = ''

@allowed(['must_match', 'tie_break'])
@description('NAME_USE: tie_break: where an e-mail address or a phone number is given, the name only decides between several.')
param nameUse string = 'must_match'

@description('SUFFICIENT_ALONE: the variables that may identify by themselves, with commas between them.')
param sufficientAlone string = 'Name,Email,Phone,CaseNumber'

@allowed(['builtin', 'workstream'])
@description('RULE_SOURCE: workstream: the record identification rule of the conversation\'s workstream finds customer and case.')
param ruleSource string = 'builtin'

// ---------------------------------------------------------------------------------------------------------------------

var resourceToken = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var entraSignIn = !empty(entraClientId)

var settings = {
  DATAVERSE_URL: dataverseUrl
  DATAVERSE_API_VERSION: dataverseApiVersion
  HTTP_AUTH_LEVEL: entraSignIn ? 'anonymous' : 'function'
  LINK_BUDGET_SECONDS: string(linkBudgetSeconds)
  PREFERRED_CUSTOMER: preferredCustomer
  CASE_MUST_MATCH_CUSTOMER: toLower(string(caseMustMatchCustomer))
  LINK_ONLY_ACTIVE_CASE: toLower(string(linkOnlyActiveCase))
  CASE_COLUMNS: caseColumns
  IDENTIFICATION_RULES: identificationRules
  LINK_POLICY: linkPolicy
  INCLUDE_NAMES: toLower(string(includeNames))
  ALLOW_DRY_RUN: toLower(string(allowDryRun))
  DYNAMICS_APP_ID: dynamicsAppId
  CASE_OF_COMPANY: toLower(string(caseOfCompany))
  CASE_ORIGIN_CODE: string(caseOriginCode)
  CASE_OWNER_TEAM_ID: caseOwnerTeamId
  DEFAULT_PHONE_REGION: defaultPhoneRegion
  NAME_USE: nameUse
  SUFFICIENT_ALONE: sufficientAlone
  RULE_SOURCE: ruleSource
}

resource resourceGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

// Who the app is, in Azure and (as application user) in Dataverse.
module identity 'br/public:avm/res/managed-identity/user-assigned-identity:0.4.1' = {
  name: 'identity'
  scope: resourceGroup
  params: {
    name: 'id-${resourceToken}'
    location: location
    tags: tags
    enableTelemetry: false
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    resourceToken: resourceToken
    logRetentionDays: logRetentionDays
    publisherPrincipalId: identity.outputs.principalId
  }
}

module network 'app/network.bicep' = if (virtualNetwork) {
  name: 'network'
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    resourceToken: resourceToken
    addressPrefix: virtualNetworkPrefix
  }
}

module functionApp 'app/function-app.bicep' = {
  name: 'function-app'
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    resourceToken: resourceToken
    name: !empty(functionAppName) ? functionAppName : 'func-${resourceToken}'
    identityId: identity.outputs.resourceId
    identityClientId: identity.outputs.clientId
    identityPrincipalId: identity.outputs.principalId
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    openTelemetry: openTelemetry
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    entraClientId: entraClientId
    entraAllowedApplications: empty(entraAllowedApplications) ? [] : split(replace(entraAllowedApplications, ' ', ''), ',')
    subnetId: virtualNetwork ? network!.outputs.subnetId : null
    settings: settings
  }
}

module alerts 'app/alerts.bicep' = {
  name: 'alerts'
  scope: resourceGroup
  params: {
    location: location
    tags: tags
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    actionGroupEmail: actionGroupEmail
    alertsEnabled: alertsEnabled
    noLinkMinutes: noLinkMinutes
    noLinkAttempts: noLinkAttempts
    alertOnSilence: alertOnSilence
    unavailablePercent: unavailablePercent
  }
}

// azd keeps these in its environment; infra/scripts/next-steps.* print what to do with them.
output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = resourceGroup.name
output AZURE_FUNCTION_APP_NAME string = functionApp.outputs.name
output AZURE_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output AZURE_OUTBOUND_IP_ADDRESS string = virtualNetwork ? network!.outputs.ipAddress : ''
output SERVICE_LINKER_NAME string = functionApp.outputs.name
output SERVICE_LINKER_URI string = functionApp.outputs.uri
output SERVICE_LINKER_CALLERS_SIGN_IN_FOR string = entraClientId
output SERVICE_LINKER_DATAVERSE_URL string = dataverseUrl
output SERVICE_LINKER_GRANT_OPTIONS string = join(
  concat(
    ruleSource == 'workstream' ? ['--rule-source workstream'] : [],
    empty(caseOwnerTeamId) ? [] : ['--case-owner-team']
  ),
  ' '
)
