# What is left to do after `azd up`, with the names filled in. It only prints: nothing is changed, no key is shown.
# azd hands over what infra/main.bicep puts out. The same for Linux and macOS: next-steps.sh.
$ErrorActionPreference = 'Stop'

foreach ($name in 'SERVICE_LINKER_URI', 'AZURE_FUNCTION_APP_NAME', 'AZURE_RESOURCE_GROUP', 'AZURE_IDENTITY_CLIENT_ID', 'SERVICE_LINKER_DATAVERSE_URL') {
    if (-not [Environment]::GetEnvironmentVariable($name)) { throw "$name is missing: azd hands it over; run azd provision first" }
}
$url = $env:SERVICE_LINKER_URI
$app = $env:AZURE_FUNCTION_APP_NAME
$group = $env:AZURE_RESOURCE_GROUP
$identity = $env:AZURE_IDENTITY_CLIENT_ID
$dataverse = $env:SERVICE_LINKER_DATAVERSE_URL
$hostName = $url -replace '^https://', ''
$grant = "--url $dataverse --client-id $identity $($env:SERVICE_LINKER_GRANT_OPTIONS)".Trim()
$client = $env:SERVICE_LINKER_CALLERS_SIGN_IN_FOR

Write-Output @"

Conversation Linker is deployed. What is left to do:

  app       $url
  identity  $identity (client id)

1. Give the identity its role in Dataverse, signed in (az login) as a System Administrator of the environment.
   The first command shows what it would do, the second does it:

     py -m dev grant $grant
     py -m dev grant $grant --apply

"@

if ($client) {
    Write-Output @"
2. Callers sign in with Microsoft Entra ID; there is no key. Who may call: ENTRA_ALLOWED_APPLICATIONS (infra/README.md).

3. Write what Power Platform imports: two solutions, the connector and a flow (docs/for-makers.md):

     py -m dev solution --host $hostName --auth entra

4. See whether everything works. For this, the Azure CLI must be one of the callers (infra/README.md):

     `$env:LINKER_TOKEN = az account get-access-token --resource $client --query accessToken --output tsv
     py -m dev diagnose --url $url

"@
} else {
    Write-Output @"
2. Make a host key for each caller, named after it. The second command shows the keys: each belongs to its caller alone.

     az functionapp keys set --resource-group $group --name $app --key-type functionKeys --key-name power-platform
     az functionapp keys list --resource-group $group --name $app --query functionKeys

3. Write what Power Platform imports: two solutions, the connector and a flow (docs/for-makers.md):

     py -m dev solution --host $hostName

4. See whether everything works (it asks for a key of step 2):

     py -m dev diagnose --url $url

"@
}

Write-Output @"
Before users come: docs/go-live.md, one list of what to see for yourself.

"@
