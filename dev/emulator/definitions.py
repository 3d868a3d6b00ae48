"""The tables as Dataverse describes them: definitions in JSON, ``$metadata`` in XML.

"Query table definitions using the Web API", "Web API types and operations", "SecurityPrivilegeMetadata ComplexType".
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from .catalogue import PRIVILEGES, Depth, verbs
from .schema import Column, Table
from .security_tables import ASSOCIATIONS
from .tables import TABLES

Json = dict[str, Any]
_SPACE = uuid.UUID("6f0e3f0a-5d0c-4e63-9a53-0f7f9a3c2a10")
TYPES = {
    "string": "String",
    "memo": "Memo",
    "int": "Integer",
    "bigint": "BigInt",
    "bool": "Boolean",
    "guid": "Uniqueidentifier",
    "datetime": "DateTime",
    "choice": "Picklist",
    "multichoice": "MultiSelectPicklist",
    "state": "State",
    "status": "Status",
    "lookup": "Lookup",
}
_OWNERSHIP = {"user": "UserOwned", "business": "BusinessOwned", "organization": "OrganizationOwned"}


def _id(*names: str) -> str:
    return str(uuid.uuid5(_SPACE, "/".join(names)))


def _label(text: str) -> Json:
    localized = {"Label": text, "LanguageCode": 1033, "IsManaged": True, "MetadataId": _id("label", text)}
    return {"LocalizedLabels": [localized], "UserLocalizedLabel": localized}


def definition(table: Table) -> Json:
    """An EntityDefinition."""
    return {
        "MetadataId": _id(table.logical),
        "LogicalName": table.logical,
        "SchemaName": table.schema_name,
        "EntitySetName": table.entity_set,
        "LogicalCollectionName": table.entity_set,
        "CollectionSchemaName": table.entity_set,
        "PrimaryIdAttribute": table.key,
        "PrimaryNameAttribute": table.name_column,
        "ObjectTypeCode": table.otc,
        "IsActivity": table.privilege == "Activity",
        "IsIntersect": table.owned == "intersect",
        "OwnershipType": _OWNERSHIP.get(table.owned, "None"),
        "IsCustomEntity": table.logical.startswith("msdyn_"),
        "IsPrivate": False,
        "IsOptimisticConcurrencyEnabled": True,
        "DisplayName": _label(table.label),
        "Privileges": [_privilege(table, verb) for verb in verbs(table)],
    }


def _privilege(table: Table, verb: str) -> Json:
    """The id is that of the name: activities share theirs."""
    found = PRIVILEGES[table.privilege_names(verb)[0]]
    return {
        **{f"CanBe{depth.name}": depth in found.depths for depth in Depth},
        "CanBeEntityReference": False,
        "CanBeParentEntityReference": False,
        "CanBeRecordFilter": False,
        "Name": found.name,
        "PrivilegeId": found.id,
        "PrivilegeType": verb,
    }


def attribute(table: Table, column: Column, secured: bool) -> Json:
    """The definition of a column."""
    kind = "Customer" if set(column.targets) == {"account", "contact"} else TYPES[column.kind]
    kind = "Owner" if column.name == "ownerid" else kind
    found: Json = {
        "@odata.type": f"#Microsoft.Dynamics.CRM.{TYPES[column.kind]}AttributeMetadata",
        "MetadataId": _id(table.logical, column.name),
        "LogicalName": column.name,
        "SchemaName": column.name,
        "EntityLogicalName": table.logical,
        "AttributeType": "Virtual" if column.kind == "multichoice" else kind,
        "AttributeTypeName": {"Value": f"{kind}Type"},
        "IsPrimaryId": column.name == table.key,
        "IsPrimaryName": column.name == table.name_column,
        "IsValidForRead": True,
        "IsSecured": secured,
        "IsValidForCreate": column.settable(creating=True),
        "IsValidForUpdate": column.settable(creating=False) and column.name != table.key,
        "RequiredLevel": {"Value": "SystemRequired" if "required" in column.flags else "None"},
        "DisplayName": _label(column.name),
    }
    if column.length:
        found["MaxLength"] = column.length
    if column.targets:
        found["Targets"] = list(column.targets)
    if column.options:
        found["OptionSet"] = {"Options": [{"Value": v, "Label": _label(text)} for v, text in column.options.items()]}
    return found


def relationships(table: Table, tables: Iterable[Table], incoming: bool) -> list[Json]:
    """The relationships with ``tables`` in which the table is referenced (``incoming``) or holds the lookup."""
    found = []
    for other in tables:
        for navigation in other.navigations.values():
            if (navigation.target if incoming else other.logical) != table.logical:
                continue
            name = navigation.collection
            found.append(
                {
                    "MetadataId": _id(other.logical, navigation.name),
                    "SchemaName": name,
                    "RelationshipType": "OneToManyRelationship",
                    "ReferencedEntity": navigation.target,
                    "ReferencedAttribute": TABLES[navigation.target].key,
                    "ReferencingEntity": other.logical,
                    "ReferencingAttribute": navigation.column.name,
                    "ReferencingEntityNavigationPropertyName": navigation.name,
                    "ReferencedEntityNavigationPropertyName": name,
                    "CascadeConfiguration": {
                        "Delete": "Cascade" if "cascade" in navigation.column.flags else "RemoveLink"
                    },
                }
            )
    return found


def many_to_many(table: Table) -> list[Json]:
    """The many-to-many relationships of a table."""
    return [
        {
            "MetadataId": _id("association", item.name),
            "SchemaName": item.name,
            "RelationshipType": "ManyToManyRelationship",
            "IntersectEntityName": item.pairs.logical,
            "Entity1LogicalName": item.left,
            "Entity1IntersectAttribute": TABLES[item.left].key,
            "Entity1NavigationPropertyName": item.name,
            "Entity2LogicalName": item.right,
            "Entity2IntersectAttribute": TABLES[item.right].key,
            "Entity2NavigationPropertyName": item.name,
        }
        for item in ASSOCIATIONS
        if table.logical in (item.left, item.right)
    ]


def csdl(tables: Sequence[Table]) -> bytes:
    """``$metadata``: types, properties, navigation properties and sets, as XML."""
    types = "".join(map(_csdl_type, tables))
    sets = "".join(
        f'<EntitySet Name="{t.entity_set}" EntityType="Microsoft.Dynamics.CRM.{t.logical}"/>' for t in tables
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">'
        '<edmx:DataServices><Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" '
        f'xmlns="http://docs.oasis-open.org/odata/ns/edm">{types}<EntityContainer Name="System">{sets}'
        "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"
    ).encode()


def _csdl_type(table: Table) -> str:
    properties = "".join(
        f"<Property Name={quoteattr(column.wire)} Type={quoteattr(column.edm)}/>" for column in table.columns.values()
    )
    navigations = "".join(
        f'<NavigationProperty Name={quoteattr(item.name)} Type="mscrm.{item.target}"/>'
        for item in table.navigations.values()
    )
    navigations += "".join(
        f'<NavigationProperty Name={quoteattr(item.name)} Type="Collection(mscrm.{item.other(table.logical)})"/>'
        for item in ASSOCIATIONS
        if table.logical in (item.left, item.right)
    )
    key = f'<Key><PropertyRef Name="{table.key}"/></Key>'
    return f'<EntityType Name="{table.logical}">{key}{properties}{navigations}</EntityType>'
