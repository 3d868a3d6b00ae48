"""The plan: what is needed against what is there. Pure, as tables."""

from __future__ import annotations

import dataclasses

import pytest

from dev.grant.environment import DEPTHS, Environment, Held, Privilege, Role, User
from dev.grant.plan import plan
from dev.grant.report import WIDTH, report, summary
from shared.diagnostics.privileges import Choice, Need, needs

UNIT, CHILD = "10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002"
ROLE, OTHER, USER = (f"20000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
CLIENT = "30000000-0000-4000-8000-000000000001"
NEEDS = needs(Choice())
ADMINISTRATOR = frozenset({"prvcreaterole", "prvwriterole", "prvcreateuser", "prvassignrole"})


def key(need: Need):
    """Under which an environment keeps the privilege of a need."""
    return (need.table, need.type, need.name)


def defined(need: Need, depths=DEPTHS) -> Privilege:
    """The privilege of a need, as an environment might define it."""
    table = "Activity" if need.table == "msdyn_ocliveworkitem" else need.table
    return Privilege(f"id of {need.table}/{need.type}/{need.name}", need.name or f"prv{need.type}{table}", depths)


def holding(chosen, depth="Global"):
    """`held` of a role that holds these needs."""
    return {defined(need).id: Held(defined(need).id, defined(need).name, depth) for need in chosen}


def environment(role=None, user=None, **changes) -> Environment:
    """An environment that has every table, with a role and a user where given."""
    privileges = {key(need): defined(need) for need in NEEDS}
    return dataclasses.replace(Environment(UNIT, "org", privileges, role, user, own=ADMINISTRATOR), **changes)


FULL = Role(ROLE, "Linker", holding(NEEDS))
EMPTY = Role(ROLE, "Linker")
MEMBER = User(USER, "# app", False, UNIT, {ROLE: "Linker"})
STRANGER = User(USER, "# app", False, UNIT)
ALL = len({defined(need).id for need in NEEDS})


@pytest.mark.parametrize(
    ("role", "user", "expected"),
    [
        (None, None, (True, True, True, ALL)),
        (EMPTY, None, (False, True, True, ALL)),
        (None, STRANGER, (True, False, True, ALL)),
        (FULL, None, (False, True, True, 0)),
        (FULL, STRANGER, (False, False, True, 0)),
        (EMPTY, MEMBER, (False, False, False, ALL)),
        (FULL, MEMBER, (False, False, False, 0)),
        (Role(ROLE, "Linker", holding(NEEDS[:4])), MEMBER, (False, False, False, ALL - 4)),
    ],
    ids=["nothing", "role", "user", "full role", "not assigned", "empty role", "all", "part"],
)
def test_only_what_is_missing_is_planned(role, user, expected):
    """From every partly done state the plan is exactly the rest, and nothing once all is there."""
    found = plan(environment(role, user), NEEDS, "Linker")
    assert (found.create_role, found.create_user, found.assign, len(found.to_add)) == expected
    assert found.nothing_to_do == (expected == (False, False, False, 0))
    assert not found.blocks
    assert not found.faults


@pytest.mark.parametrize("depth", ["Basic", "Local", "Deep", "RecordFilter"])
def test_a_depth_that_is_too_small_is_raised(depth):
    """A privilege at less than Organization counts as missing, whatever smaller depth it has."""
    held = holding(NEEDS) | holding(NEEDS[:1], depth)
    found = plan(environment(Role(ROLE, "Linker", held), MEMBER), NEEDS, "Linker")
    assert [(privilege.name, to) for privilege, to in found.to_add] == [(defined(NEEDS[0]).name, "Global")]
    assert [line.state for line in found.lines].count("raise") == 1


def test_more_depth_than_needed_is_never_lowered():
    """What an administrator gave stays: a privilege that reaches further than needed is fine."""
    own_user = next(need for need in NEEDS if need.depth == "Basic")
    found = plan(environment(FULL, MEMBER), NEEDS, "Linker")
    line = next(line for line in found.lines if line.need == own_user)
    assert (line.state, line.depth) == ("has", "Basic")
    assert found.nothing_to_do


def test_what_the_role_has_beyond_the_needs_is_said_and_kept():
    """Privileges and roles that nobody asked for are named; none of them becomes a step."""
    more = Held("id of more", "prvDeleteContact", "Global")
    role = Role(ROLE, "Linker", {**FULL.held, more.id: more})
    user = dataclasses.replace(MEMBER, roles={ROLE: "Linker", OTHER: "System Administrator"})
    found = plan(environment(role, user), NEEDS, "Linker")
    assert found.extras == (more,)
    assert found.other_roles == ("System Administrator",)
    assert found.nothing_to_do
    text = report(found, "https://org.crm.dynamics.com", CLIENT)
    assert "prvDeleteContact" in text
    assert "System Administrator" in text


def test_a_privilege_left_out_by_choice_counts_as_more_than_needed():
    """With --no-create-case a role that can create cases holds more than it needs."""
    found = plan(environment(FULL, MEMBER), needs(Choice(create_case=False)), "Linker")
    assert {held.name for held in found.extras} == {"prvCreateincident", "prvAppendincident"}


def test_disabled_user_is_a_fault_but_the_rest_is_done():
    """A disabled user is said, with where to enable it; it does not keep the steps from being planned."""
    found = plan(environment(None, dataclasses.replace(STRANGER, disabled=True)), NEEDS, "Linker")
    assert "disabled" in found.faults[0]
    assert found.create_role
    assert not found.blocks


def test_user_outside_the_root_unit_blocks():
    """The role is the root unit's; a user of another unit cannot simply get it, so nothing is begun."""
    user = dataclasses.replace(STRANGER, unit_id=CHILD)
    assert "move it" in plan(environment(FULL, user), NEEDS, "Linker").blocks[0]


@pytest.mark.parametrize(
    ("table", "product"), [("msdyn_ocliveworkitem", "Omnichannel"), ("incident", "Customer Service")]
)
def test_missing_table_blocks_with_what_to_install(table, product):
    """Without the conversation or case table there is nothing to link: the fix names the product, once is enough."""
    there = environment(missing_tables=frozenset({table}))
    privileges = {name: privilege for name, privilege in there.privileges.items() if name[0] != table}
    found = plan(dataclasses.replace(there, privileges=privileges), NEEDS, "Linker")
    assert len(found.blocks) == 1
    assert table in found.blocks[0]
    assert product in found.blocks[0]


def test_what_only_the_diagnosis_uses_may_be_missing():
    """A privilege for the diagnosis that an environment does not have is a remark, not an end."""
    there = environment()
    privileges = {name: privilege for name, privilege in there.privileges.items() if name[2] != "prvReadEntity"}
    found = plan(dataclasses.replace(there, privileges=privileges), NEEDS, "Linker")
    assert not found.blocks
    assert any("prvReadEntity" in warning for warning in found.warnings)
    assert len(found.to_add) == ALL - 1


def test_table_of_the_identity_level_may_be_missing():
    """An environment without voice is fine: said once, not a fault, not a block, and the rest is given."""
    table = "msdyn_ocphonecallengagementctx"
    there = environment(missing_tables=frozenset({table}))
    privileges = {name: privilege for name, privilege in there.privileges.items() if name[0] != table}
    found = plan(dataclasses.replace(there, privileges=privileges), NEEDS, "Linker")
    assert not found.blocks
    assert not found.faults
    assert [table in warning and "nothing is lost" in warning for warning in found.warnings].count(True) == 1
    assert len(found.to_add) == ALL - 1


def test_shallow_privilege_gets_the_deepest_depth_and_a_warning():
    """Where Organization is not to be had, the deepest allowed is taken, said, and then counts as done."""
    there = environment()
    there = dataclasses.replace(there, privileges={**there.privileges, key(NEEDS[3]): defined(NEEDS[3], DEPTHS[:3])})
    found = plan(there, NEEDS, "Linker")
    assert {privilege.name: depth for privilege, depth in found.to_add}[defined(NEEDS[3]).name] == "Deep"
    assert any(defined(NEEDS[3]).name in warning for warning in found.warnings)
    role = Role(ROLE, "Linker", {**FULL.held, **holding([NEEDS[3]], "Deep")})
    assert plan(dataclasses.replace(there, role=role, user=MEMBER), NEEDS, "Linker").nothing_to_do


def test_depth_is_the_smallest_that_is_allowed_and_enough():
    """A privilege that is only needed for the own user, but begins at Business Unit, gets no more than that."""
    assert Privilege("x", "prvReadUser", ("Local", "Global")).at("Basic") == "Local"
    assert Privilege("x", "prvReadUser", DEPTHS).at("Basic") == "Basic"
    assert Privilege("x", "prvX", ()).at("Global") == "Global"


def test_privilege_shared_by_two_needs_is_added_once_and_deep_enough():
    """One privilege behind two needs is one addition, at the deeper of the two depths."""
    first, second = Need("a", "Read", "x", depth="Basic"), Need("b", "Read", "y")
    shared = Privilege("one", "prvReadBoth")
    there = environment(privileges={key(first): shared, key(second): shared})
    assert plan(there, (first, second), "Linker").to_add == ((shared, "Global"),)


def test_shared_activity_privileges_are_said_plainly():
    """Write on all activities is no detail: where the environment shares it, the plan says so."""
    assert any("e-mails" in warning for warning in plan(environment(), NEEDS, "Linker").warnings)
    own = {
        name: dataclasses.replace(privilege, name=privilege.name.replace("Activity", "msdyn_ocliveworkitem"))
        for name, privilege in environment().privileges.items()
    }
    assert not any("e-mails" in warning for warning in plan(environment(privileges=own), NEEDS, "Linker").warnings)


def test_report_names_every_privilege_with_its_reason_in_100_columns():
    """The plan can be judged by reading it: each privilege, its reason, what becomes of it; never wider than 100."""
    long = environment(missing_tables=frozenset({"contact"}), unit_name="A business unit " * 8)
    for there in (environment(), environment(FULL, MEMBER), long):
        text = report(plan(there, NEEDS, "Conversation Linker"), "https://org.crm.dynamics.com", CLIENT)
        flat = " ".join(text.split())
        assert all(defined(need).name in flat and need.why in flat for need in NEEDS)
        assert max(map(len, text.splitlines())) <= WIDTH
        assert text.isprintable() or set(text) - {"\n"} == {c for c in text if c.isprintable()}


def test_who_lacks_the_rights_for_the_planned_steps_is_told_before():
    """A dry run says that --apply would be refused; rights for steps that are not due are not asked for."""
    nobody = environment(own=frozenset())
    assert "prvCreateRole, prvWriteRole, prvCreateUser, prvAssignRole" in " ".join(
        report(plan(nobody, NEEDS, "Linker"), "https://x", CLIENT).split()
    )
    done = dataclasses.replace(nobody, role=FULL, user=MEMBER)
    assert "prvCreateRole" not in report(plan(done, NEEDS, "Linker"), "https://x", CLIENT)


@pytest.mark.parametrize(
    ("role", "user", "expected"),
    [
        (FULL, MEMBER, "Nothing is to be done."),
        (FULL, None, "To do: create the application user, assign the role."),
        (Role(ROLE, "Linker", holding(NEEDS[1:])), MEMBER, "To do: give it 1 privilege."),
    ],
)
def test_summary_says_the_steps_that_are_due(role, user, expected):
    """One sentence names exactly the steps that --apply will take."""
    assert summary(plan(environment(role, user), NEEDS, "Linker")) == expected
