#!/bin/sh
# What is left to do after `azd up`, with the names filled in. It only prints: nothing is changed, no key is shown.
# azd hands over what infra/main.bicep puts out. The same for Windows: next-steps.ps1.
set -eu

url="${SERVICE_LINKER_URI:?azd hands it over; run azd provision first}"
app="${AZURE_FUNCTION_APP_NAME:?}"
group="${AZURE_RESOURCE_GROUP:?}"
identity="${AZURE_IDENTITY_CLIENT_ID:?}"
dataverse="${SERVICE_LINKER_DATAVERSE_URL:?}"
host="${url#https://}"
grant="--url $dataverse --client-id $identity${SERVICE_LINKER_GRANT_OPTIONS:+ $SERVICE_LINKER_GRANT_OPTIONS}"
client="${SERVICE_LINKER_CALLERS_SIGN_IN_FOR:-}"

cat <<EOT

Conversation Linker is deployed. What is left to do:

  app       $url
  identity  $identity (client id)

1. Give the identity its role in Dataverse, signed in (az login) as a System Administrator of the environment.
   The first command shows what it would do, the second does it:

     python3 -m dev grant $grant
     python3 -m dev grant $grant --apply

EOT

if [ -n "$client" ]; then
  cat <<EOT
2. Callers sign in with Microsoft Entra ID; there is no key. Who may call: ENTRA_ALLOWED_APPLICATIONS (infra/README.md).

3. Write what Power Platform imports: two solutions, the connector and a flow (docs/for-makers.md):

     python3 -m dev solution --host $host --auth entra

4. See whether everything works. For this, the Azure CLI must be one of the callers (infra/README.md):

     export LINKER_TOKEN="\$(az account get-access-token --resource $client --query accessToken --output tsv)"
     python3 -m dev diagnose --url $url

EOT
else
  cat <<EOT
2. Make a host key for each caller, named after it. The second command shows the keys: each belongs to its caller alone.

     az functionapp keys set --resource-group $group --name $app --key-type functionKeys --key-name power-platform
     az functionapp keys list --resource-group $group --name $app --query functionKeys

3. Write what Power Platform imports: two solutions, the connector and a flow (docs/for-makers.md):

     python3 -m dev solution --host $host

4. See whether everything works (it asks for a key of step 2):

     python3 -m dev diagnose --url $url

EOT
fi

cat <<EOT
Before users come: docs/go-live.md, one list of what to see for yourself.

EOT
