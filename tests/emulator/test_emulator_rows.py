"""Rows from outside the Web API: the demo data, inserts and updates of a test, a database file."""

from __future__ import annotations

import json

import pytest

from dev.emulator import Emulator

OPEN_ID = "b7397aae-ecf8-43a6-aeb0-07d294efb494"


def test_demo_data_shows_the_rules(emu):
    """The shipped data holds what the contract's rules need."""
    contacts, cases = emu.rows("contacts"), emu.rows("incidents")
    names = [row["fullname"] for row in contacts]
    assert names.count("Alex Smith") == 2
    assert "Patrick O'Brien" in names
    assert {row["emailaddress1"] for row in contacts} & {row["emailaddress1"] for row in emu.rows("accounts")}
    assert {row["statecode"] for row in contacts} == {0, 1}
    assert {row["statecode"] for row in cases} == {0, 1, 2}
    assert {2} <= {row["statuscode"] for row in cases if row["statecode"] == 0}
    numbers = [row["ticketnumber"] for row in cases]
    assert len(numbers) == len(set(numbers)) + 1
    conversations = emu.rows("msdyn_ocliveworkitems")
    assert len(conversations) >= 12
    assert {row["statuscode"] for row in conversations} == {1, 2, 3, 4, 5, 6, 7}
    assert {row["_regardingobjectid_value@type"] for row in conversations} >= {None, "incident", "lead", "opportunity"}
    assert emu.row("msdyn_ocliveworkitems", OPEN_ID)["_msdyn_customer_value"] is None


def test_insert_and_row(emu):
    """A row goes in with the names of the Web API and comes out with its lookups' types; ids in any case."""
    company = emu.insert("accounts", {"name": "New"})
    person = emu.insert("contacts", {"firstname": "A", "lastname": "B", "parentcustomerid_account": company.upper()})
    row = emu.row("contacts", person.upper())
    assert row["fullname"] == "A B"
    assert (row["_parentcustomerid_value"], row["_parentcustomerid_value@type"]) == (company, "account")
    assert emu.row("contacts", OPEN_ID) is None


@pytest.mark.parametrize(
    ("entity_set", "row"),
    [
        ("contacts", {"name": "x"}),
        ("contacts", {"fullname": "x"}),
        ("contacts", {"_parentcustomerid_value": OPEN_ID}),
        ("contacts", {"parentcustomerid": OPEN_ID}),
        ("contacts", {"parentcustomerid_account": OPEN_ID}),
        ("contacts", {"parentcustomerid_account": "x"}),
        ("contacts", {"lastname": "x" * 51}),
        ("contacts", {"statecode": 9}),
        ("contacts", {"statecode": 1, "statuscode": 1}),
        ("contacts", {"contactid": "x"}),
        ("contacts", {"contactid": "c0000000-0000-4000-8000-000000000001"}),
        ("incidents", {"title": "x"}),
        ("nothing", {}),
    ],
)
def test_insert_refuses(emu, entity_set, row):
    """What the tables do not have or allow is a ValueError, and changes nothing."""
    before = len(emu.rows("contacts"))
    with pytest.raises(ValueError, match=r"."):
        emu.insert(entity_set, row)
    assert len(emu.rows("contacts")) == before


def test_update_changes_the_etag(emu):
    """Another user's change gives the row a new version; states may be set freely."""
    before = emu.row("msdyn_ocliveworkitems", OPEN_ID)["versionnumber"]
    emu.update("msdyn_ocliveworkitems", OPEN_ID, {"statecode": 1})
    row = emu.row("msdyn_ocliveworkitems", OPEN_ID)
    assert row["versionnumber"] > before
    assert (row["statecode"], row["statuscode"]) == (1, 4)
    with pytest.raises(KeyError):
        emu.update("contacts", OPEN_ID, {"lastname": "x"})
    with pytest.raises(ValueError, match="nothing"):
        emu.update("msdyn_ocliveworkitems", OPEN_ID, {"nothing": 1})


def test_data_of_a_test(tmp_path):
    """Data comes from a dict or a JSON file; {} is empty tables; wrong data does not start."""
    data = {"contacts": [{"lastname": "Only"}]}
    path = tmp_path / "data.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    for given in (data, path):
        with Emulator(given) as emu:
            assert [row["fullname"] for row in emu.rows("contacts")] == ["Only"]
            emu.insert("contacts", {"lastname": "Second"})
            emu.reset()
            assert len(emu.rows("contacts")) == 1
    with Emulator({}) as emu:
        assert emu.rows("contacts") == []
    with pytest.raises(ValueError, match="name"):
        Emulator({"contacts": [{"name": "x"}]}).start()


def test_database_file(tmp_path):
    """A file keeps its rows and goes on counting versions."""
    path = tmp_path / "rows.db"
    with Emulator(db=path) as emu:
        key = emu.insert("contacts", {"lastname": "Stays"})
        version = emu.row("contacts", key)["versionnumber"]
    with Emulator(db=path) as emu:
        assert emu.row("contacts", key)["fullname"] == "Stays"
        emu.update("contacts", key, {"lastname": "Moves"})
        assert emu.row("contacts", key)["versionnumber"] > version
