"""What Dataverse has and this emulator has not, by name: 501, never the answer for something that does not exist.

"Web API Function Reference", "Web API Action Reference", "Web API EntityType Reference" and the table references; the
names that clients of cases, conversations and definitions are likely to send, not all there are. Operations that are
bound to a set or a row (``CreateMultiple`` and its kin, ``Microsoft.Dynamics.CRM.…``) are 501 whatever their name.
"""

from __future__ import annotations

from . import errors
from .schema import Table
from .tables import COLLECTIONS

_DEFINITIONS = """
RelationshipDefinitions GlobalOptionSetDefinitions ManagedPropertyDefinitions RetrieveMetadataChanges
RetrieveTimestamp PublishXml PublishAllXml InsertOptionValue UpdateOptionValue DeleteOptionValue
"""
_FUNCTIONS = """
RetrieveTotalRecordCount RetrieveVersion RetrieveCurrentOrganization RetrieveAvailableLanguages
RetrieveProvisionedLanguages RetrieveDuplicates RetrieveEntityChanges RetrievePrivilegeSet IsValidStateTransition
FormatAddress InitializeFrom FetchXmlToQueryExpression QueryExpressionToFetchXml GetTimeZoneCodeByLocalizedName
"""
_ACTIONS = """
CloseIncident Merge BulkDelete BulkDetectDuplicates GrantAccess ModifyAccess RevokeAccess RouteTo WinOpportunity
LoseOpportunity InstantiateTemplate SendEmailFromTemplate GenerateSocialProfile ReassignObjectsOwner
CreateCustomerRelationships ExportSolution ImportSolution searchquery searchsuggest searchautocomplete
"""
_ENTITY_SETS = """
activitypointers activityparties annotations appointments asyncoperations campaigns competitors connections contracts
customeraddresses emails entitlements environmentvariabledefinitions faxes incidentresolutions invoices
knowledgearticles letters lists organizations phonecalls pluginassemblies plugintypes pricelevels products
publishers queueitems queues quotes recurringappointmentmasters salesorders savedqueries sdkmessages
sharepointdocumentlocations slas socialactivities solutions solutioncomponents subjects systemforms
teammemberships teamprofilescollection templates transactioncurrencies userqueries usersettingscollection webresources
workflows msdyn_conversationactions msdyn_customengagementctxes msdyn_facebookengagementctxes
msdyn_lineengagementctxes msdyn_liveconversations
msdyn_ocliveworkitemcharacteristics msdyn_ocliveworkitemparticipants msdyn_ocliveworkitemsentiments
msdyn_ocliveworkstreamcontextvariables msdyn_ocsessions msdyn_ocsessionparticipantevents msdyn_ocvoicemails
msdyn_teamschannelengagementctxes msdyn_transcripts msdyn_twitterengagementctxes msdyn_wechatengagementctxes
"""
_NAMES = frozenset(" ".join((_DEFINITIONS, _FUNCTIONS, _ACTIONS, _ENTITY_SETS)).split())

_KINDS = ("ActivityPointers", "Annotation", "Appointments", "Emails", "Faxes", "Letters", "Phonecalls", "Tasks")
_COLLECTIONS = frozenset(f"{table}_{kind}" for table in ("Account", "Contact", "Incident") for kind in _KINDS)
"""Collections of tables that are not here; ``Account_Annotation``, ``Contact_Tasks`` and so on."""


def check_segment(segment: str) -> None:
    """ApiError 501 for the first segment of a path that names something Dataverse has and the emulator has not."""
    name = segment.partition("(")[0]
    if name in _NAMES:
        raise errors.not_implemented(name)


def is_collection(table: Table, name: str) -> bool:
    """Whether a table has a collection-valued navigation property of that name, in that case."""
    owner = name.partition("_")[0].lower()
    return (table.logical, name) in COLLECTIONS or (name in _COLLECTIONS and owner == table.logical)


def check_collection(table: Table, name: str) -> None:
    """ApiError 501 for a collection-valued navigation property of a table."""
    if is_collection(table, name):
        raise errors.not_implemented(f"the collection-valued navigation property {name}")
