"""The tables of the emulated environment, from the table references of Dataverse, Customer Service and Omnichannel.

Navigation property names are those of the references' many-to-one relationships; contact has no column ``name``.
"""

from __future__ import annotations

from .channel_tables import CHANNEL_TABLES
from .schema import Table, table
from .security_tables import ASSOCIATIONS, SECURITY_TABLES, Association

_PHONES_AND_MAILS = """
emailaddress1 string 100 index
emailaddress2 string 100
emailaddress3 string 100
telephone1 string 50 index
telephone2 string 50
telephone3 string 50
fax string 50
websiteurl string 200
description memo 2000
donotemail bool
donotphone bool
donotbulkemail bool
address1_line1 string 250
address1_city string 80
address1_stateorprovince string 50
address1_postalcode string 20
address1_country string 80
"""


def _audit(suffix: str = "") -> str:
    return f"""
ownerid lookup systemuser=ownerid{suffix} required
owninguser lookup systemuser=owninguser{suffix} ro
owningteam lookup team=owningteam{suffix} ro
owningbusinessunit lookup businessunit=owningbusinessunit{suffix} ro
createdby lookup systemuser=createdby{suffix} ro
modifiedby lookup systemuser=modifiedby{suffix} ro
createdon datetime ro
modifiedon datetime ro
overriddencreatedon datetime create
importsequencenumber int
versionnumber bigint ro
"""


_ACTIVE = """
statecode state 0=Active,1=Inactive
statuscode status 1=Active@0,2=Inactive@1
"""

ACCOUNT = table(
    "account accounts accountid name",
    """
name string 160 index
accountnumber string 20 index
numberofemployees int
customertypecode choice 1=Competitor,2=Consultant,3=Customer,4=Investor,5=Partner,6=Influencer,7=Press,8=Prospect
accountcategorycode choice 1=Preferred_Customer,2=Standard
tickersymbol string 10
primarycontactid lookup contact=primarycontactid:account_primary_contact
parentaccountid lookup account=parentaccountid:account_parent_account
"""
    + _PHONES_AND_MAILS
    + _ACTIVE
    + _audit(),
    1,
    "Account",
    read_only_when_inactive=True,
)

CONTACT = table(
    "contact contacts contactid fullname",
    """
firstname string 50
middlename string 50
lastname string 50
fullname string 160 ro index
nickname string 100
salutation string 100
suffix string 10
jobtitle string 100
department string 100
employeeid string 50
governmentid string 50
externaluseridentifier string 50
mobilephone string 50 index
company string 50
gendercode choice 1=Male,2=Female
preferredcontactmethodcode choice 1=Any,2=Email,3=Phone,4=Fax,5=Mail
parentcustomerid lookup account=parentcustomerid_account:contact_customer_accounts,\
contact=parentcustomerid_contact:contact_customer_contacts cascade
"""
    + _PHONES_AND_MAILS
    + _ACTIVE
    + _audit(),
    2,
    "Contact",
    read_only_when_inactive=True,
)

INCIDENT = table(
    "incident incidents incidentid title",
    """
ticketnumber string 100 create index
title string 200
description memo 2000
caseorigincode choice 1=Phone,2=Email,3=Web,2483=Facebook,3986=Twitter,700610000=IoT
casetypecode choice 1=Question,2=Problem,3=Request
prioritycode choice 1=High,2=Normal,3=Low
severitycode choice 1=Default_Value
incidentstagecode choice 1=Default_Value
followupby datetime
resolveby datetime
isescalated bool
firstresponsesent bool
productserialnumber string 100
emailaddress string 100
customerid lookup account=customerid_account:incident_customer_accounts,\
contact=customerid_contact:incident_customer_contacts required cascade
primarycontactid lookup contact=primarycontactid:contact_as_primary_contact
responsiblecontactid lookup contact=responsiblecontactid:contact_as_responsible_contact
parentcaseid lookup incident=parentcaseid:incident_parent_incident
masterid lookup incident=masterid:incident_master_incident ro
statecode state 0=Active,1=Resolved,2=Canceled
statuscode status 1=In_Progress@0,2=On_Hold@0,3=Waiting_for_Details@0,4=Researching@0,5=Problem_Solved@1,\
1000=Information_Provided@1,6=Canceled@2,2000=Merged@2
"""
    + _audit(),
    112,
    "Case",
    read_only_when_inactive=True,
)

CONVERSATION = table(
    "msdyn_ocliveworkitem msdyn_ocliveworkitems activityid subject",
    """
subject string 200
msdyn_title string 4000
msdyn_ocliveworkitemid string 100 index
msdyn_channel multichoice 192350000=Entity_Records,192360000=Live_chat,192370000=Voice,192340000=SMS,\
192300000=WhatsApp,192330000=Facebook,192310000=LINE,192320000=WeChat,19241000=Teams,192350001=Twitter,\
192350002=Custom
msdyn_statuschangereason choice 192350010=Auto-closed_by_system,192350012=Customer_left_open_conversation,\
192350013=Ended_by_bot,192350016=Closed_in_Dataverse_by_admin
msdyn_statereason string 4000
msdyn_customerlocale string 100
msdyn_createdon datetime
msdyn_modifiedon datetime
msdyn_startedon datetime
msdyn_initiatedon datetime
msdyn_closedon datetime
msdyn_statusupdatedon datetime
msdyn_escalationcount int
msdyn_transfercount int
msdyn_isoutbound bool
msdyn_isabandoned bool
description memo 2000
prioritycode choice 0=Low,1=Normal,2=High
actualstart datetime
actualend datetime
scheduledstart datetime
scheduledend datetime
activitytypecode string 64 ro
isregularactivity bool ro
isworkflowcreated bool
msdyn_customer lookup \
contact=msdyn_customer_msdyn_ocliveworkitem_contact:msdyn_contact_msdyn_ocliveworkitem_Customer,\
account=msdyn_customer_msdyn_ocliveworkitem_account:msdyn_account_msdyn_ocliveworkitem_Customer
msdyn_issueid lookup incident=msdyn_IssueId_msdyn_ocliveworkitem:msdyn_incident_msdyn_ocliveworkitem
regardingobjectid lookup incident=regardingobjectid_incident_msdyn_ocliveworkitem:incident_msdyn_ocliveworkitems,\
lead=regardingobjectid_lead_msdyn_ocliveworkitem:lead_msdyn_ocliveworkitems,\
opportunity=regardingobjectid_opportunity_msdyn_ocliveworkitem:opportunity_msdyn_ocliveworkitems,\
account=regardingobjectid_account_msdyn_ocliveworkitem:account_msdyn_ocliveworkitems,\
contact=regardingobjectid_contact_msdyn_ocliveworkitem:contact_msdyn_ocliveworkitems cascade
msdyn_liveworkstreamid lookup msdyn_liveworkstream=msdyn_liveworkstreamid_msdyn_ocliveworkitem:\
msdyn_msdyn_liveworkstream_msdyn_ocliveworkitem_liveworkstreamid
msdyn_socialprofileid lookup socialprofile=msdyn_socialprofileid_msdyn_ocliveworkitem:\
msdyn_socialprofile_msdyn_ocliveworkitem_socialprofileid
msdyn_activeagentid lookup systemuser=msdyn_activeagentid_msdyn_ocliveworkitem:\
msdyn_systemuser_msdyn_ocliveworkitem_activeagentid
statecode state 0=Open,1=Closed,2=Resolved,3=Scheduled,4=Wrap-up_(Deprecated)
statuscode status 1=Open@0,2=Active@0,3=Waiting@0,5=Wrap-up@0|4,4=Closed@1,6=Resolved@2,7=Scheduled@3
"""
    + _audit("_msdyn_ocliveworkitem"),
    10545,
    "Conversation",
    privilege="Activity",
)

WORKSTREAM = table(
    "msdyn_liveworkstream msdyn_liveworkstreams msdyn_liveworkstreamid msdyn_name",
    """
msdyn_name string 100
msdyn_streamsource choice 192350000=Entity_Records,192360000=Live_chat,192370000=Voice,192340000=SMS,\
192300000=WhatsApp,192330000=Facebook,192310000=LINE,192320000=WeChat,19241000=Teams,192350001=Twitter,\
192350002=Custom
msdyn_recordidentificationrule memo 1048576
"""
    + _ACTIVE
    + _audit(),
    10537,
    "Workstream",
    privilege="msdyn_liveworkstream",
)

TASK = table(
    "task tasks activityid subject",
    """
subject string 200
description memo 2000
statecode state 0=Open,1=Completed,2=Canceled
statuscode status 2=Not_Started@0,3=In_Progress@0,4=Waiting_on_someone_else@0,7=Deferred@0,5=Completed@1,6=Canceled@2
"""
    + _audit("_task"),
    4212,
    "Task",
    privilege="Activity",
)

LEAD = table(
    "lead leads leadid fullname",
    """
subject string 300
firstname string 50
lastname string 50
fullname string 160 ro
companyname string 100
emailaddress1 string 100
telephone1 string 50
statecode state 0=Open,1=Qualified,2=Disqualified
statuscode status 1=New@0,2=Contacted@0,3=Qualified@1,4=Lost@2,5=Cannot_Contact@2,6=No_Longer_Interested@2,7=Canceled@2
"""
    + _audit(),
    4,
    "Lead",
)

OPPORTUNITY = table(
    "opportunity opportunities opportunityid name",
    """
name string 300
description memo 2000
customerid lookup account=customerid_account:opportunity_customer_accounts,\
contact=customerid_contact:opportunity_customer_contacts
statecode state 0=Open,1=Won,2=Lost
statuscode status 1=In_Progress@0,2=On_Hold@0,3=Won@1,4=Canceled@2,5=Out-Sold@2
"""
    + _audit(),
    3,
    "Opportunity",
)

TABLES: dict[str, Table] = {
    item.logical: item
    for item in (
        *(ACCOUNT, CONTACT, INCIDENT, CONVERSATION, WORKSTREAM, *SECURITY_TABLES[:2], LEAD, OPPORTUNITY, TASK),
        *CHANNEL_TABLES,
        *SECURITY_TABLES[2:],
    )
}
BY_SET: dict[str, Table] = {item.entity_set: item for item in TABLES.values()}

COLLECTIONS: dict[tuple[str, str], Table] = {
    (navigation.target, navigation.collection): item
    for item in TABLES.values()
    for navigation in item.navigations.values()
    if navigation.target in navigation.column.collections
}
"""The table behind a collection-valued navigation property, by the table that has it and its name; none made up."""


def association(table: Table, name: str) -> Association | None:
    """The many-to-many relationship of that name as seen from a table, None where it has none of that name."""
    found = next((item for item in ASSOCIATIONS if item.name == name), None)
    return found if found and table.logical in (found.left, found.right) else None
