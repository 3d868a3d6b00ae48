"""owninguser, owningteam and owningbusinessunit: "Security concepts in Microsoft Dataverse", record ownership."""

from __future__ import annotations

import sqlite3

import pytest

from dev.emulator import Emulator
from dev.emulator.start_rows import CHILD_PERSON, CHILD_UNIT, PERSON, ROOT_UNIT

COLUMNS = ("_ownerid_value", "_owninguser_value", "_owningteam_value", "_owningbusinessunit_value")
MARIA = "c0000000-0000-4000-8000-000000000001"


def owners(web, path):
    """The four columns of a row."""
    row = web.get(path, select=",".join(COLUMNS)).json()
    return tuple(row[name] for name in COLUMNS)


@pytest.mark.parametrize(("entity_set", "suffix"), [("contacts", ""), ("tasks", "_task"), ("socialprofiles", "")])
def test_columns_of_the_owner(web, entity_set, suffix):
    """A row says whether a user or a team owns it, and whose business unit it belongs to."""
    path = f"{entity_set}({web.emu.insert(entity_set, {})})"
    assert owners(web, path) == (PERSON, PERSON, None, ROOT_UNIT)
    assert web.patch(path, {f"ownerid{suffix}@odata.bind": f"/systemusers({CHILD_PERSON})"}).status_code == 204
    assert owners(web, path) == (CHILD_PERSON, CHILD_PERSON, None, CHILD_UNIT)
    team = web.emu.insert("teams", {"name": "x", "businessunitid": ROOT_UNIT})
    web.emu.grant_team(team, {f"prvRead{name}": "Global" for name in ("Contact", "Activity", "SocialProfile")})
    assert web.patch(path, {f"ownerid{suffix}@odata.bind": f"/teams({team})"}).status_code == 204
    assert owners(web, path) == (team, None, team, ROOT_UNIT)
    row = web.get(path, expand=f"owningteam{suffix}($select=name),owningbusinessunit{suffix}($select=name)").json()
    assert (row[f"owningteam{suffix}"]["name"], row[f"owningbusinessunit{suffix}"]["name"]) == ("x", "Contoso")
    web.emu.update("teams", team, {"businessunitid": CHILD_UNIT})
    assert (
        web.patch(f"teams({team})", {"businessunitid@odata.bind": f"/businessunits({CHILD_UNIT})"}).status_code == 204
    )


def test_rows_move_with_their_owner(web):
    """A user or team in another business unit takes the rows along."""
    team = web.add("teams", name="x", businessunitid__bind=f"/businessunits({ROOT_UNIT})")
    web.emu.grant_team(team, {"prvReadContact": "Global"})
    of_team = web.add("contacts", lastname="y", ownerid__bind=f"/teams({team})")
    unit = {"businessunitid@odata.bind": f"/businessunits({CHILD_UNIT})"}
    assert owners(web, f"contacts({of_team})")[3] == ROOT_UNIT
    assert web.patch(f"teams({team})", unit).status_code == 204
    assert owners(web, f"contacts({of_team})") == (team, None, team, CHILD_UNIT)
    assert owners(web, f"contacts({MARIA})")[3] == ROOT_UNIT
    assert web.patch(f"systemusers({PERSON})", unit).status_code == 204
    assert owners(web, f"contacts({MARIA})") == (PERSON, PERSON, None, CHILD_UNIT)
    assert web.ids("contacts", f"_owningbusinessunit_value eq {ROOT_UNIT}") == []


def test_the_columns_are_computed(web):
    """Nobody sets them; the business unit alone needs a feature that is not here."""
    for name, path in (("owninguser", "systemusers"), ("owningteam", "teams")):
        answer = web.patch(f"contacts({MARIA})", {f"{name}@odata.bind": f"/{path}({PERSON})"})
        assert answer.status_code == 400
    answer = web.patch(f"contacts({MARIA})", {"_owningbusinessunit_value": CHILD_UNIT})
    assert answer.status_code == 400


def test_rows_before_their_owner():
    """The order of tables in the data does not matter; rows of an older file get the columns when it is opened."""
    user = "00000000-0000-4000-8000-0000000000f1"
    data = {
        "contacts": [{"lastname": "x", "ownerid": user}],
        "systemusers": [{"systemuserid": user, "domainname": "x@example.com", "businessunitid": CHILD_UNIT}],
    }
    with Emulator(data) as emulator:
        assert emulator.rows("contacts")[0]["_owningbusinessunit_value"] == CHILD_UNIT


def test_rows_of_an_older_file(tmp_path):
    """A file without these columns gets them, filled, and keeps the versions of its rows."""
    path = tmp_path / "rows.db"
    with Emulator(db=path) as emulator:
        before = emulator.row("contacts", MARIA)
    with sqlite3.connect(path) as file:
        for name in ("owningteam", "owningbusinessunit"):
            file.execute(f'ALTER TABLE contact DROP COLUMN "{name}"')
            file.execute(f'ALTER TABLE contact DROP COLUMN "{name}#type"')
    file.close()
    with Emulator(db=path) as emulator:
        assert emulator.row("contacts", MARIA) == before
        assert before["_owningbusinessunit_value"] == ROOT_UNIT


def test_type_of_a_team(web):
    """A team is an owner team unless its creator says otherwise, once and for all."""
    team = web.add("teams", name="Cases", businessunitid__bind=f"/businessunits({ROOT_UNIT})")
    assert web.get(f"teams({team})", select="teamtype").json()["teamtype"] == 0
    access = web.add("teams", name="Access", teamtype=1, businessunitid__bind=f"/businessunits({ROOT_UNIT})")
    assert web.get(f"teams({access})", select="teamtype").json()["teamtype"] == 1
    assert web.patch(f"teams({team})", {"teamtype": 1}).status_code == 400
    nothing = {"name": "x", "teamtype": None, "businessunitid@odata.bind": f"/businessunits({ROOT_UNIT})"}
    assert web.send("POST", "teams", json=nothing).status_code == 400
