"""The tables of the security model: users, teams, business units, roles, privileges, column security.

From the table references of Dataverse (systemuser, businessunit, role, privilege, fieldsecurityprofile,
fieldpermission, systemuserroles, teamroles, roleprivileges); only what the model needs. A role of one business unit
has a copy in each unit below it, which follows its ``parentrootroleid`` ("Security roles and privileges", roles of a
business unit).
"""

from __future__ import annotations

from dataclasses import dataclass

from .schema import Table, table

_STAMPS = """
versionnumber bigint ro
createdon datetime ro
modifiedon datetime ro
"""

SYSTEM_USER = table(
    "systemuser systemusers systemuserid fullname",
    """
fullname string 200 ro
firstname string 256
lastname string 256
domainname string 1024
internalemailaddress string 100
isdisabled bool
applicationid guid create index
azureactivedirectoryobjectid guid create
businessunitid lookup businessunit=businessunitid required
"""
    + _STAMPS,
    8,
    "User",
    privilege="User",
    owned="business",
)

TEAM = table(
    "team teams teamid name",
    """
name string 160
teamtype choice 0=Owner,1=Access,2=Security_Group,3=Office_Group create required default=0
businessunitid lookup businessunit=businessunitid required
"""
    + _STAMPS,
    9,
    "Team",
    privilege="Team",
    owned="business",
)

BUSINESS_UNIT = table(
    "businessunit businessunits businessunitid name",
    """
name string 160 required
divisionname string 100
description memo 2000
isdisabled bool ro
parentbusinessunitid lookup businessunit=parentbusinessunitid
"""
    + _STAMPS,
    10,
    "Business Unit",
    privilege="BusinessUnit",
    owned="business",
)

ROLE = table(
    "role roles roleid name",
    """
name string 100 required index
description memo 2000
isinherited choice 0=Team_privileges_only,1=Direct_User_(Basic)_access_level_and_Team_privileges
ismanaged bool ro
businessunitid lookup businessunit=businessunitid required
parentroleid lookup role=parentroleid ro
parentrootroleid lookup role=parentrootroleid ro cascade
"""
    + _STAMPS,
    1036,
    "Security Role",
    owned="business",
)

PRIVILEGE = table(
    "privilege privileges privilegeid name",
    """
name string 100 ro index
accessright int ro
canbebasic bool ro
canbelocal bool ro
canbedeep bool ro
canbeglobal bool ro
versionnumber bigint ro
""",
    1023,
    "Privilege",
    owned="none",
)

FIELD_SECURITY_PROFILE = table(
    "fieldsecurityprofile fieldsecurityprofiles fieldsecurityprofileid name",
    """
name string 100 required
description memo 2000
"""
    + _STAMPS,
    1200,
    "Column Security Profile",
    privilege="FieldSecurityProfile",
    owned="organization",
)

_PERMISSION = "choice 0=Not_Allowed,4=Allowed"
FIELD_PERMISSION = table(
    "fieldpermission fieldpermissions fieldpermissionid entityname",
    f"""
entityname string 128 create required
attributelogicalname string 128 create required
canread {_PERMISSION}
cancreate {_PERMISSION}
canupdate {_PERMISSION}
fieldsecurityprofileid lookup fieldsecurityprofile=fieldsecurityprofileid required cascade
versionnumber bigint ro
""",
    1201,
    "Field Permission",
    privilege="FieldSecurityProfile",
    owned="organization",
)


def _pairs(names: str, columns: str, otc: int, label: str) -> Table:
    lines = [f"{name} guid ro index" for name in columns.split()]
    return table(names, "\n".join([*lines, "versionnumber bigint ro"]), otc, label, owned="intersect")


USER_ROLES = _pairs(
    "systemuserroles systemuserrolescollection systemuserroleid systemuserroleid",
    "systemuserid roleid",
    14,
    "User Role",
)
TEAM_ROLES = _pairs("teamroles teamrolescollection teamroleid teamroleid", "teamid roleid", 40, "Team Role")
USER_PROFILES = _pairs(
    "systemuserprofiles systemuserprofilescollection systemuserprofileid systemuserprofileid",
    "systemuserid fieldsecurityprofileid",
    1202,
    "User Profile",
)
ROLE_PRIVILEGES = table(
    "roleprivileges roleprivilegescollection roleprivilegeid roleprivilegeid",
    """
roleid guid ro index
privilegeid guid ro index
privilegedepthmask int ro
versionnumber bigint ro
""",
    12,
    "Role Privilege",
    owned="intersect",
)

SECURITY_TABLES = (
    *(SYSTEM_USER, TEAM, BUSINESS_UNIT, ROLE, PRIVILEGE, FIELD_SECURITY_PROFILE, FIELD_PERMISSION),
    *(USER_ROLES, TEAM_ROLES, USER_PROFILES, ROLE_PRIVILEGES),
)


@dataclass(frozen=True, slots=True)
class Association:
    """A many-to-many relationship: its name on both sides, its table of pairs, the tables it joins.

    ``needs`` are the privileges, each (verb, table), that joining and parting takes besides Read on both rows.
    """

    name: str
    pairs: Table
    left: str
    right: str
    needs: tuple[tuple[str, str], ...]

    def other(self, logical: str) -> str:
        """The table on the other side."""
        return self.right if logical == self.left else self.left


ASSOCIATIONS = (
    # "AssignUserRolesRole privileges" (prvAssignRole, prvReadRole); the page is old, no newer one says otherwise.
    Association("systemuserroles_association", USER_ROLES, "systemuser", "role", (("Assign", "role"),)),
    # "AssignUserRoles" has no page of its own for teams; the same is asked for.
    Association("teamroles_association", TEAM_ROLES, "team", "role", (("Assign", "role"),)),
    # No page says what a profile's members take; Write on the profile is a guess.
    Association(
        "systemuserprofiles_association",
        USER_PROFILES,
        "systemuser",
        "fieldsecurityprofile",
        (("Write", "fieldsecurityprofile"),),
    ),
    Association("roleprivileges_association", ROLE_PRIVILEGES, "role", "privilege", (("Write", "role"),)),
)
"""The last one is only read here: `AddPrivilegesRole` is what gives a privilege its depth."""


def relationship(pairs: Table) -> Association:
    """The many-to-many relationship that a table of pairs belongs to."""
    return next(item for item in ASSOCIATIONS if item.pairs is pairs)
