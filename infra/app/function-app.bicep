metadata description = 'The Function App on Flex Consumption with its storage. The identity opens both; nothing has a key.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('What makes the names unique.')
param resourceToken string

@description('Name of the Function App.')
param name string

@description('Resource id of the user-assigned identity.')
param identityId string

@description('Client id of the identity: it names the identity where a token is asked for.')
param identityClientId string

@description('Object id of the identity: roles are given to it.')
param identityPrincipalId string

@description('Where telemetry goes; holds no secret while local authentication is off.')
param applicationInsightsConnectionString string

@description('OpenTelemetry instead of the classic path of telemetry.')
param openTelemetry bool

@description('Memory of one instance, in MB.')
param instanceMemoryMB int

@description('The most instances at one time.')
param maximumInstanceCount int

@description('Instances that are always ready.')
param alwaysReadyInstances int

@description('Client id of the app registration that callers sign in for. Empty: callers need a key.')
param entraClientId string

@description('Client ids of the callers that may sign in.')
param entraAllowedApplications string[]

@description('Resource id of the subnet through which the app calls out. Null: no virtual network.')
param subnetId string?

@description('The settings of the app, by name.')
param settings object

// As many threads as requests are let in, and as host.json says: docs/performance.md shows the measurement.
var requestsAtOnce = 32
var deploymentContainer = 'app-package'
var storageBlobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'

var platformSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: storage.outputs.primaryBlobEndpoint
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AZURE_CLIENT_ID: identityClientId
  AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
  PYTHON_THREADPOOL_THREAD_COUNT: string(requestsAtOnce)
}

// What each is for: docs/operations.md, OpenTelemetry.
var telemetrySettings = openTelemetry
  ? {
      AzureFunctionsJobHost__telemetryMode: 'OpenTelemetry'
      PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: 'true'
      PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME: 'conversation_linker'
      OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
      OTEL_TRACES_SAMPLER_ARG: '1.0'
    }
  : {}

// Microsoft Entra ID in front of the app. The registration itself is always on the list, so that it is never empty:
// what Easy Auth makes of an empty list is not documented.
var signIn = {
  platform: { enabled: true, runtimeVersion: '~1' }
  globalValidation: {
    requireAuthentication: true
    unauthenticatedClientAction: 'Return401'
    excludedPaths: ['/api/health']
  }
  httpSettings: { requireHttps: true }
  identityProviders: {
    azureActiveDirectory: {
      enabled: true
      registration: {
        clientId: entraClientId
        openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
      }
      validation: {
        allowedAudiences: [entraClientId, 'api://${entraClientId}']
        defaultAuthorizationPolicy: {
          allowedApplications: union([entraClientId], entraAllowedApplications)
        }
      }
    }
  }
  login: { tokenStore: { enabled: false } }
}

// Written in both cases: left out, a sign-in that was turned on before would stay on.
var noSignIn = { platform: { enabled: false } }

module plan 'br/public:avm/res/web/serverfarm:0.7.0' = {
  name: 'plan'
  params: {
    name: 'plan-${resourceToken}'
    location: location
    tags: tags
    skuName: 'FC1'
    reserved: true
    zoneRedundant: false
    enableTelemetry: false
  }
}

module storage 'br/public:avm/res/storage/storage-account:0.32.0' = {
  name: 'storage'
  params: {
    name: 'st${resourceToken}'
    location: location
    tags: tags
    skuName: 'Standard_LRS'
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    supportsHttpsTrafficOnly: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: 'Enabled'
    networkAcls: { defaultAction: 'Allow', bypass: 'AzureServices' }
    blobServices: {
      containers: [{ name: deploymentContainer, publicAccess: 'None' }]
    }
    roleAssignments: [
      {
        principalId: identityPrincipalId
        principalType: 'ServicePrincipal'
        roleDefinitionIdOrName: storageBlobDataOwner
      }
    ]
    enableTelemetry: false
  }
}

module app 'br/public:avm/res/web/site:0.23.1' = {
  name: 'app'
  params: {
    name: name
    location: location
    tags: union(tags, { 'azd-service-name': 'linker' })
    kind: 'functionapp,linux'
    serverFarmResourceId: plan.outputs.resourceId
    managedIdentities: { userAssignedResourceIds: [identityId] }
    keyVaultAccessIdentityResourceId: identityId
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    clientAffinityEnabled: false
    virtualNetworkSubnetResourceId: subnetId
    basicPublishingCredentialsPolicies: [
      { name: 'ftp', allow: false }
      { name: 'scm', allow: false }
    ]
    // Flex Consumption refuses what it has no use for, such as ftpsState (it has no FTP) and alwaysOn: tests/infra.
    siteConfig: {
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      remoteDebuggingEnabled: false
    }
    functionAppConfig: {
      runtime: { name: 'python', version: '3.13' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.outputs.primaryBlobEndpoint}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
        triggers: {
          http: { perInstanceConcurrency: requestsAtOnce }
        }
      }
    }
    configs: [
      {
        name: 'appsettings'
        // These files are the whole truth; what was set by hand in between is gone after the next `azd provision`.
        retainCurrentAppSettings: false
        properties: union(settings, platformSettings, telemetrySettings)
      }
      {
        name: 'authsettingsV2'
        properties: empty(entraClientId) ? noSignIn : signIn
      }
    ]
    enableTelemetry: false
  }
}

@description('Name of the Function App.')
output name string = app.outputs.name

@description('Its address.')
output uri string = 'https://${app.outputs.defaultHostname}'
