"""The smallest role as data: what the app's own code touches, and nothing else."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from dev.emulator.tables import BY_SET, TABLES
from dev.grant import __main__ as verb
from dev.grant import page
from dev.grant.environment import DEPTHS
from shared.contract.requests import LinkRequest
from shared.core.schema import CASE_LOGICAL_NAME, CONVERSATION_CASES, CONVERSATION_LOGICAL_NAME, CUSTOMERS
from shared.dataverse.records import Customer
from shared.diagnostics import identity_checks
from shared.diagnostics.privileges import LABELS, NEEDS, Choice, For, needs
from shared.resolver import case_creation, queries
from shared.resolver.fetchxml.lookup import WORKSTREAM
from shared.settings import Settings

ID = "11111111-2222-4333-8444-555555555555"
LINKING = Choice(diagnosis=False, identity=False)


def pairs(choice):
    """Table and type of all that is needed under a choice."""
    return {(need.table, need.type) for need in needs(choice)}


def lookup(holder, navigation):
    """What setting a lookup takes: Append on the table that holds it, AppendTo on the one it points to."""
    return {(holder, "Append"), (TABLES[holder].navigations[navigation].target, "AppendTo")}


def read_tables(gets):
    """The tables of the app's own read requests, expanded ones included."""
    found = set()
    for get in gets:
        holder = BY_SET[get.resource.partition("?")[0].partition("(")[0]]
        found.add((holder.logical, "Read"))
        expanded = re.findall(r"(\w+)\(\$select", unquote(get.resource))
        found |= {(holder.navigations[name].target, "Read") for name in expanded}
    return found


def test_needs_equal_what_the_code_reads_and_binds():
    """The role follows from the app's code: every table read, every lookup set, the one table patched, and no more."""
    customers = [Customer(type, ID, "x", active=True) for type in CUSTOMERS]
    reads = [queries.conversation_get(ID), queries.case_get(ID)]
    used = read_tables(reads) | {(type, "Read") for type in CUSTOMERS} | {(CONVERSATION_LOGICAL_NAME, "Write")}
    linked = [table.conversation_navigation for table in CUSTOMERS.values()]
    linked += [lookup.navigation for lookup in CONVERSATION_CASES.values()]
    for navigation in linked:
        used |= lookup(CONVERSATION_LOGICAL_NAME, navigation)
    assert pairs(Choice(create_case=False, diagnosis=False, identity=False)) == used

    used.add((CASE_LOGICAL_NAME, "Create"))
    settings = Settings.from_environment({"DATAVERSE_URL": "https://org.crm.dynamics.com"})
    for customer in customers:
        body = case_creation.row(LinkRequest(conversationId=ID), customer, settings)
        for name in body:
            if name.endswith("@odata.bind"):
                used |= lookup(CASE_LOGICAL_NAME, name.removesuffix("@odata.bind"))
    assert pairs(LINKING) == used


def test_workstream_rule_adds_read_on_the_workstream():
    """RULE_SOURCE=workstream reads along one more lookup; that table is all it adds."""
    target = TABLES[CONVERSATION_LOGICAL_NAME].navigations[WORKSTREAM].target
    assert pairs(Choice(diagnosis=False, identity=False, workstream=True)) - pairs(LINKING) == {(target, "Read")}


def test_identity_level_adds_read_on_what_it_comes_from():
    """The level comes from what Omnichannel recorded: Read on each table that a link reads for it, and no more."""
    reads = read_tables(queries.evidence_reads(ID).gets)
    assert pairs(Choice(diagnosis=False)) - pairs(LINKING) == reads - pairs(LINKING)
    assert {(source.table, "Read") for source in identity_checks.SOURCES} == reads - pairs(LINKING)


def test_assign_only_for_a_team_that_owns_created_cases():
    """Assign is asked for where CASE_OWNER_TEAM_ID is set and cases are created, else not."""
    assert pairs(Choice(case_owner_team=True)) - pairs(Choice()) == {("incident", "Assign")}
    assert pairs(Choice(create_case=False, case_owner_team=True)) == pairs(Choice(create_case=False))


def test_nothing_is_asked_for_that_deletes_or_shares():
    """The role never holds Delete or Share, and Write on the conversation alone."""
    types = {need.type for need in NEEDS}
    assert types <= {"Read", "Write", "Append", "AppendTo", "Create", "Assign"}
    assert {need.table for need in NEEDS if need.type == "Write"} == {CONVERSATION_LOGICAL_NAME}


def test_every_table_is_read_at_depth_organization():
    """With less, a hidden duplicate makes a single match of two; only the app's own user needs no more than itself."""
    assert {need.table for need in NEEDS if need.depth != DEPTHS[-1]} == {"systemuser"}


def test_every_need_is_shown_and_has_a_reason():
    """No need is lost between the data and the page: each has a table that is listed, a reason and a purpose."""
    assert {need.table for need in NEEDS} == set(LABELS)
    assert all(need.why and need.purposes for need in NEEDS)
    assert len(set(NEEDS)) == len(NEEDS)
    assert {purpose for need in NEEDS for purpose in need.purposes} == set(For)
    assert all(bool(need.name) == (need.table == "") for need in NEEDS)


def test_page_holds_the_table_and_the_preview():
    """infra/dataverse/README.md shows the role as in the code, and the verb's output as it is (grant --write-table)."""
    text = page.README.read_text(encoding="utf-8")
    assert page.in_text(text, verb._preview()) == text


def test_page_without_marks_is_refused():
    """Nothing is ever written over a page that has no place for it."""
    with pytest.raises(ValueError, match="marks"):
        page.in_text("# A page\n", "")
