"""What exported solutions with a custom connector and with a flow look like: parts, elements and their order.

Read from github.com/microsoft/CopilotStudioSamples (ba82644): `extensibility/human-in-the-loop/solution` (packed and
unpacked) and `infrastructure/manage-paygo` (packed and `sourcecode`); what a solution says that needs a connector of
another one: `CenterofExcellenceAuditLogs` of github.com/microsoft/coe-starter-kit (0637d10).
"""

from __future__ import annotations

MANIFEST = (
    "UniqueName", "LocalizedNames", "Descriptions", "Version", "Managed", "Publisher", "RootComponents",
    "MissingDependencies",
)  # fmt: skip
PUBLISHER = (
    "UniqueName", "LocalizedNames", "Descriptions", "EMailAddress", "SupportingWebsiteUrl", "CustomizationPrefix",
    "CustomizationOptionValuePrefix", "Addresses",
)  # fmt: skip
ADDRESS = (
    "AddressNumber", "AddressTypeCode", "City", "County", "Country", "Fax", "FreightTermsCode", "ImportSequenceNumber",
    "Latitude", "Line1", "Line2", "Line3", "Longitude", "Name", "PostalCode", "PostOfficeBox", "PrimaryContactName",
    "ShippingMethodCode", "StateOrProvince", "Telephone1", "Telephone2", "Telephone3", "TimeZoneRuleVersionNumber",
    "UPSZone", "UTCOffset", "UTCConversionTimeZoneCode",
)  # fmt: skip
CUSTOMIZATIONS = (
    "Entities", "Roles", "Workflows", "FieldSecurityProfiles", "Templates", "EntityMaps", "EntityRelationships",
    "OrganizationSettings", "optionsets", "CustomControls", "EntityDataProviders", "Connectors", "connectionreferences",
    "Languages",
)  # fmt: skip
"""Connectors and connectionreferences only where there are any."""

CONNECTOR = (
    "connectorid", "description", "displayname", "iconbrandcolor", "name", "connectortype", "openapidefinition",
    "connectionparameters", "policytemplateinstances", "iconblob",
)  # fmt: skip
CONNECTOR_FILES = {
    "openapidefinition": "json", "connectionparameters": "json", "policytemplateinstances": "json", "iconblob": "Png",
}  # fmt: skip
WORKFLOW = (
    "JsonFileName", "Type", "Subprocess", "Category", "Mode", "Scope", "OnDemand", "TriggerOnCreate",
    "TriggerOnDelete", "AsyncAutodelete", "SyncWorkflowLogOnFailure", "StateCode", "StatusCode", "RunAs",
    "IsTransacted", "IntroducedVersion", "IsCustomizable", "BusinessProcessType",
    "IsCustomProcessingStepAllowedForOtherPublishers", "ModernFlowType", "PrimaryEntity", "LocalizedNames",
)  # fmt: skip
CONNECTION_REFERENCE = (
    "connectionreferencedisplayname", "connectorid", "customconnectorid", "iscustomizable", "promptingbehavior",
    "statecode", "statuscode",
)  # fmt: skip
ENVIRONMENT_VARIABLE = (
    "defaultvalue", "description", "displayname", "introducedversion", "iscustomizable", "isrequired", "secretstore",
    "type",
)  # fmt: skip
"""Defaultvalue and description only where there are any."""

REQUIRED = {"type", "schemaName", "displayName", "solution", "id"}
DEPENDENT_FLOW = {"type", "displayName", "id"}
DEPENDENT_REFERENCE = {"type", "displayName", "id.connectionreferencelogicalname"}
FLOW_CONNECTION = {"runtimeSource", "connection", "api"}
