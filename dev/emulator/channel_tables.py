"""What Omnichannel records of the customer by itself: one engagement context per conversation, by channel.

From "Live Chat Context (msdyn_livechatengagementctx)", "SMS Engagement Context (msdyn_smsengagementctx)", "WhatsApp
Engagement Context (msdyn_whatsappengagementctx)", "Phone Call Engagement Context (msdyn_ocphonecallengagementctx)",
"Context item value (msdyn_ocliveworkitemcontextitem)" and "Social Profile (SocialProfile) table/entity reference",
the last as Omnichannel extends it. The relationships' names stand in "Conversation (msdyn_ocliveworkitem)
table/entity reference". Beside them the settings of the agents that help representatives: "Agent Copilot Setting
(msdyn_agentcopilotsetting) table/entity reference", of its columns those of cases. An environment without a channel
may lack its table: see `Emulator.missing_tables`.
"""

from __future__ import annotations

from .schema import Table, table

_ENDS = """
statecode state 0=Active,1=Inactive
statuscode status 1=Active@0,2=Inactive@1
ownerid lookup systemuser=ownerid required
owninguser lookup systemuser=owninguser ro
owningteam lookup team=owningteam ro
owningbusinessunit lookup businessunit=owningbusinessunit ro
createdby lookup systemuser=createdby ro
modifiedby lookup systemuser=modifiedby ro
createdon datetime ro
modifiedon datetime ro
overriddencreatedon datetime create
importsequencenumber int
versionnumber bigint ro
"""


def _context(logical: str, name_column: str, columns: str, otc: int, label: str) -> Table:
    """A table whose rows each point to a conversation."""
    relationship = f"msdyn_msdyn_ocliveworkitem_{logical}_liveworkitemid"
    lookup = f"\nmsdyn_liveworkitemid lookup msdyn_ocliveworkitem=msdyn_liveworkitemid:{relationship}"
    return table(
        f"{logical} {logical}es {logical}id {name_column}", columns + lookup + _ENDS, otc, label, privilege=logical
    )


LIVE_CHAT_CONTEXT = _context(
    "msdyn_livechatengagementctx",
    "msdyn_name",
    """
msdyn_name string 100
msdyn_isauthenticated bool
msdyn_isproactivechat bool
msdyn_portalcontactid string 100
msdyn_livechatengagementid string 100
msdyn_widgetappid string 100
msdyn_locale string 100
msdyn_originurl string 2048
msdyn_browser string 100
msdyn_os string 100
msdyn_device string 100
msdyn_street1 string 200
msdyn_street2 string 200
msdyn_street3 string 200
msdyn_city string 300
msdyn_state string 300
msdyn_postalcode string 100
msdyn_country string 200
msdyn_latitude string 100
msdyn_longitude string 100""",
    10561,
    "Live Chat Context",
)

PHONE_CALL_CONTEXT = _context(
    "msdyn_ocphonecallengagementctx",
    "msdyn_callername",
    """
msdyn_callername string 100
msdyn_callsid string 100
msdyn_fromphone string 100
msdyn_tophone string 100
msdyn_providername string 100
msdyn_ismicrosoftteamsphonenumber bool""",
    10562,
    "Phone Call Engagement Context",
)

SMS_CONTEXT = _context(
    "msdyn_smsengagementctx",
    "msdyn_name",
    """
msdyn_name string 100
msdyn_customerphonenumber string 100
msdyn_orgphonenumber string 100
msdyn_countrycode string 100
msdyn_smsengagementid string 100
msdyn_smsprovider choice 192350000=TeleSign,192350001=Twilio""",
    10563,
    "SMS Engagement Context",
)

WHATSAPP_CONTEXT = _context(
    "msdyn_whatsappengagementctx",
    "msdyn_name",
    """
msdyn_name string 100
msdyn_customerphonenumber string 100
msdyn_customername string 100
msdyn_customerfirstmessage string 250
msdyn_whatsappengagementid string 100""",
    10564,
    "WhatsApp Engagement Context",
)

CONTEXT_ITEM = table(
    "msdyn_ocliveworkitemcontextitem msdyn_ocliveworkitemcontextitems msdyn_ocliveworkitemcontextitemid msdyn_name",
    """
msdyn_name string 100
msdyn_value string 512
msdyn_isdisplayable bool
msdyn_ocliveworkitemid lookup msdyn_ocliveworkitem=msdyn_ocliveworkitemid:\
msdyn_msdyn_ocliveworkitem_msdyn_ocliveworkitemcontextitem_ocliveworkitemid"""
    + _ENDS,
    10565,
    "Context item value",
    privilege="msdyn_ocliveworkitemcontextitem",
)

SOCIAL_PROFILE = table(
    "socialprofile socialprofiles socialprofileid profilename",
    """
profilename string 100
profilefullname string 160
uniqueprofileid string 100
profilelink string 100
community choice 0=Other,1=Facebook,2=Twitter,3=Line,4=Wechat,5=Cortana,6=Direct_Line,7=Microsoft_Teams,\
8=Direct_Line_Speech,9=Email,10=GroupMe,11=Kik,12=Telegram,13=Skype,14=Slack,15=WhatsApp,\
16=Apple_Messages_For_Business,17=Google's_Business_Messages
blocked bool
msdyn_phonenumber string 100
customerid lookup account=customerid_account:Socialprofile_customer_accounts,\
contact=customerid_contact:Socialprofile_customer_contacts"""
    + _ENDS,
    99,
    "Social Profile",
    privilege="SocialProfile",
)

COPILOT_SETTING = table(
    "msdyn_agentcopilotsetting msdyn_agentcopilotsettings msdyn_agentcopilotsettingid msdyn_name",
    """
msdyn_name string 100
msdyn_uniquekey string 100
msdyn_autocaseclosureenabled bool
msdyn_casetocaseresolutionmanualflowenabled bool
msdyn_conversationtocaseautonomousflowenabled bool
msdyn_conversationtocasemanualflowenabled bool
statecode state 0=Active,1=Inactive
statuscode status 1=Active@0,2=Inactive@1
createdby lookup systemuser=createdby ro
modifiedby lookup systemuser=modifiedby ro
createdon datetime ro
modifiedon datetime ro
overriddencreatedon datetime create
importsequencenumber int
versionnumber bigint ro""",
    10566,
    "Agent Copilot Setting",
    privilege="msdyn_agentcopilotsetting",
    owned="organization",
)

CHANNEL_TABLES = (
    LIVE_CHAT_CONTEXT,
    PHONE_CALL_CONTEXT,
    SMS_CONTEXT,
    WHATSAPP_CONTEXT,
    CONTEXT_ITEM,
    SOCIAL_PROFILE,
    COPILOT_SETTING,
)
