"""Reading: "Query data", "Select columns", "Join tables", "Page results", "Count rows", "Retrieve a row"."""

from __future__ import annotations

import pytest

MARIA = "c0000000-0000-4000-8000-000000000001"
CASE = "e0000000-0000-4000-8000-000000000001"
OPEN = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOOKUP = "Microsoft.Dynamics.CRM.lookuplogicalname"


def error(answer):
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"].lower()


def test_one_row(web):
    """A row by id comes with its ETag, its key and an entity context."""
    answer = web.get(f"contacts({MARIA})", select="fullname")
    row = answer.json()
    assert row["@odata.context"].endswith("$metadata#contacts(fullname)/$entity")
    assert row["@odata.etag"] == answer.headers["ETag"]
    assert {name for name in row if "@" not in name} == {"fullname", "contactid"}
    assert answer.headers["Content-Type"] == "application/json; odata.metadata=minimal"
    assert answer.headers["OData-Version"] == "4.0"


def test_missing_row(web):
    """A row that is not there is 404 0x80040217 with the sentence of the documentation."""
    gone = MARIA.replace("c", "9", 1)
    answer = web.get(f"contacts({gone})")
    assert error(answer) == (404, "0x80040217")
    assert answer.json()["error"]["message"] == f"contact With Id = {gone} Does Not Exist"


@pytest.mark.parametrize("key", [f"{{{MARIA}}}", f"'{MARIA}'", MARIA[:-1], "", "guid'" + MARIA + "'"])
def test_malformed_key(web, key):
    """A key that is no bare GUID is 400, braces and quotes included."""
    assert error(web.get(f"contacts({key})")) == (400, "0x80060888")


def test_named_keys(web):
    """The primary key may be named; alternate keys do not exist unless defined."""
    assert web.get(f"contacts(contactid={MARIA})").status_code == 200
    assert error(web.get("contacts(emailaddress1='maria.campbell@example.com')")) == (400, "0x80060890")


@pytest.mark.parametrize("path", ["Contacts", "contact", "nothing", f"contacts({MARIA})/Fullname"])
def test_unknown_resource(web, path):
    """Resource names are exact, also in case: 404 0x8006088a."""
    assert error(web.get(path)) == (404, "0x8006088a")


@pytest.mark.parametrize("path", ["/api/data/v8.9/contacts", "/api/data/v9.9/contacts", "/api/contacts", "/contacts"])
def test_unknown_address(web, path):
    """Only the versions that exist answer."""
    assert web.get(web.emu.url + path).status_code == 404


@pytest.mark.parametrize("version", ["v9.0", "v9.1", "v9.2"])
def test_versions(web, version):
    """Code against an older version keeps working."""
    assert web.get(f"{web.emu.url}/api/data/{version}/WhoAmI").status_code == 200


@pytest.mark.parametrize(
    ("entity_set", "options", "name"),
    [
        ("contacts", {"select": "name"}, "name"),
        ("contacts", {"select": "FullName"}, "FullName"),
        ("contacts", {"filter": "name eq 'x'"}, "name"),
        ("contacts", {"select": "parentcustomerid"}, "parentcustomerid"),
        ("incidents", {"filter": "customerid eq null"}, "customerid"),
        ("incidents", {"orderby": "Title"}, "Title"),
        ("incidents", {"expand": "Customerid_contact"}, "Customerid_contact"),
        (
            "msdyn_ocliveworkitems",
            {"expand": "msdyn_issueid_msdyn_ocliveworkitem"},
            "msdyn_issueid_msdyn_ocliveworkitem",
        ),
        ("msdyn_ocliveworkitems", {"filter": "msdyn_issueid/title eq 'x'"}, "msdyn_issueid"),
        ("incidents", {"expand": "customerid_contact($select=name)"}, "name"),
    ],
)
def test_unknown_property(web, entity_set, options, name):
    """A column or navigation property that is not there, in that case, is 400 with the documented sentence."""
    answer = web.get(entity_set, **options)
    assert error(answer) == (400, "0x80060888")
    assert (
        f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM."
        in answer.json()["error"]["message"]
    )


def test_null_columns_stay(web):
    """OData answers hold null columns; without $select all columns come."""
    row = web.get(f"contacts({MARIA})").json()
    assert row["mobilephone"] is None
    assert row["_parentcustomerid_value"] is None
    assert len(row) > 40


def test_annotations_only_when_asked(web):
    """Formatted values and lookup details come with Prefer: odata.include-annotations, and are echoed."""
    path, columns = f"incidents({CASE})", "statecode,_customerid_value"
    plain = web.get(path, select=columns)
    assert not [name for name in plain.json() if "@OData" in name or "@Microsoft" in name]
    assert "Preference-Applied" not in plain.headers
    full = web.get(path, 'odata.include-annotations="*"', select=columns)
    row = full.json()
    assert row[f"statecode@{FORMATTED}"] == "Active"
    assert row[f"_customerid_value@{FORMATTED}"] == "Maria Campbell"
    assert row[f"_customerid_value@{LOOKUP}"] == "contact"
    assert row["_customerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"] == "customerid_contact"
    assert full.headers["Preference-Applied"] == 'odata.include-annotations="*"'


@pytest.mark.parametrize(
    ("wish", "formatted", "lookup"),
    [(LOOKUP, False, True), ("OData.*", True, False), (f"{LOOKUP},OData.*", True, True), ("x.*", False, False)],
)
def test_annotations_by_name(web, wish, formatted, lookup):
    """A comma list with wildcards chooses annotations."""
    row = web.get(f"incidents({CASE})", f'odata.include-annotations="{wish}"', select="_customerid_value").json()
    assert (f"_customerid_value@{FORMATTED}" in row, f"_customerid_value@{LOOKUP}" in row) == (formatted, lookup)


def test_expand(web):
    """A single-valued navigation property is expanded with nested options; the other target of the lookup is null."""
    row = web.get(
        f"incidents({CASE})",
        select="title",
        expand="customerid_contact($select=fullname;$expand=parentcustomerid_account($select=name)),customerid_account($select=name)",
    ).json()
    assert row["customerid_contact"]["fullname"] == "Maria Campbell"
    assert row["customerid_contact"]["contactid"] == MARIA
    assert row["customerid_contact"]["parentcustomerid_account"] is None
    assert row["customerid_account"] is None


@pytest.mark.parametrize(
    "expand",
    [
        "customerid_contact($select=fullname,$expand=ownerid)",
        "customerid_contact($top=1)",
        "customerid_contact($filter=statecode eq 0)",
        "customerid_contact(",
        ",".join(["primarycontactid"] * 16),
    ],
)
def test_expand_refused(web, expand):
    """Options are divided by semicolons, collection options do not fit, 15 expands are the most."""
    assert error(web.get("incidents", expand=expand))[0] == 400


def test_top_and_order(web):
    """$top limits, $orderby sorts, texts without regard to case."""
    rows = web.get("accounts", orderby="name desc,accountnumber asc", top=3, select="name").json()
    assert [row["name"] for row in rows["value"]] == ["株式会社青空", "O'Reilly & Sons", "Litware"]
    assert "@odata.nextLink" not in rows


def test_paging(web):
    """Prefer: odata.maxpagesize pages with next links and makes $top ignored."""
    first = web.get("contacts", "odata.maxpagesize=7", top=2, select="contactid", count="true", filter="statecode eq 0")
    assert first.headers["Preference-Applied"] == "odata.maxpagesize=7"
    body, seen = first.json(), []
    assert body["@odata.count"] == 18
    while True:
        seen += [row["contactid"] for row in body["value"]]
        if "@odata.nextLink" not in body:
            break
        body = web.send("GET", body["@odata.nextLink"], headers={"Prefer": "odata.maxpagesize=7"}).json()
    assert len(seen) == len(set(seen)) == 18


def test_count(web):
    """/$count is text behind a byte order mark."""
    answer = web.get("contacts/$count")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.content == b"\xef\xbb\xbf19"


@pytest.mark.parametrize(
    "option",
    [
        "$skip=1",
        "$search=x",
        "$format=json",
        "$Filter=statecode eq 0",
        "select=fullname",
        "$top=-1",
        "$top=x",
        "$count=True",
        "$top=1&$top=2",
        "$orderby=fullname down",
        "$select=",
    ],
)
def test_options_refused(web, option):
    """Names of options are exact, unsupported ones and wrong values are refused, none may come twice."""
    assert error(web.send("GET", f"contacts?{option}"))[0] == 400


def test_skip_has_words_of_its_own(web):
    """$skip is refused in the words of Dataverse; pages are followed by @odata.nextLink."""
    answer = web.send("GET", "contacts?$top=1&$skip=1")
    assert error(answer) == (400, "0x80060888")
    assert answer.json()["error"]["message"] == "Skip Clause is not supported in CRM"


def test_lookups_are_sorted_by_name(web):
    """$orderby of a lookup sorts by the name it shows, of whichever table, not by the id; choices by their number."""
    shown = "_customerid_value@OData.Community.Display.V1.FormattedValue"
    for direction, reverse in (("asc", False), ("desc", True)):
        query = {"orderby": f"_customerid_value {direction},ticketnumber", "select": "_customerid_value"}
        rows = web.get("incidents", "odata.include-annotations=*", **query).json()["value"]
        names = [row[shown].casefold() for row in rows]
        assert names == sorted(names, reverse=reverse)
    choices = web.get("incidents", orderby="prioritycode", select="prioritycode").json()["value"]
    assert [row["prioritycode"] for row in choices] == sorted(row["prioritycode"] for row in choices)


def test_owners_are_sorted_by_name(web, emu):
    """An owner may be a person or a team; both are sorted by name, and a row without a name comes first."""
    team = emu.insert("teams", {"name": "AAA"})
    emu.grant_team(team, {"prvReadContact": "Basic"})
    web.patch("contacts(c0000000-0000-4000-8000-000000000008)", {"ownerid@odata.bind": f"/teams({team})"})
    rows = web.get("contacts", orderby="_ownerid_value", select="contactid", top=1).json()["value"]
    assert rows[0]["contactid"][-2:] == "08"
    rows = web.get("contacts", orderby="_parentcustomerid_value,contactid", select="_parentcustomerid_value").json()
    assert rows["value"][0]["_parentcustomerid_value"] is None


@pytest.mark.parametrize("option", ["$apply=groupby((statecode))", "savedQuery=1", "userQuery=1"])
def test_not_implemented(web, option):
    """What Dataverse has and the emulator has not is said, never answered wrongly."""
    answer = web.send("GET", f"contacts?{option}")
    assert answer.status_code == 501
    assert "emulator" in answer.json()["error"]["message"]


def test_url_length(web):
    """A URL of more than 32 KB is refused; inside a batch 64 KB are allowed."""
    text = "x" * 33_000
    assert web.get("contacts", filter=f"fullname eq '{text}'").status_code == 414
    outer, parts = web.batch(web.part("GET", f"contacts?$select=fullname&$filter=fullname%20eq%20'{text}'"))
    assert (outer.status_code, parts[0].status) == (200, 200)
    outer, parts = web.batch(web.part("GET", f"contacts?$filter=fullname%20eq%20'{text * 2}'"))
    assert (outer.status_code, parts[0].status) == (414, 414)


def test_conditional_get(web):
    """If-None-Match with the ETag is 304, but never with annotations or $expand."""
    path = f"contacts({MARIA})?$select=fullname"
    tag = web.send("GET", path).headers["ETag"]
    assert web.send("GET", path, headers={"If-None-Match": tag}).status_code == 304
    wishes = {"If-None-Match": tag, "Prefer": 'odata.include-annotations="*"'}
    assert web.send("GET", path, headers=wishes).status_code == 200
    assert web.send("GET", path, headers={"If-None-Match": "null"}).status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT"])
def test_verbs_of_a_set(web, method):
    """PATCH and DELETE on a whole set are 405."""
    assert web.send(method, "contacts", json={}).status_code == 405


def test_who_am_i(web):
    """WhoAmI names the caller; with another verb it is 404."""
    answer = web.get("WhoAmI").json()
    assert set(answer) == {"@odata.context", "UserId", "BusinessUnitId", "OrganizationId"}
    assert web.emu.row("systemusers", answer["UserId"]) is not None
    assert web.send("POST", "WhoAmI").status_code == 404


@pytest.mark.parametrize("header", ["OData-Version", "OData-MaxVersion"])
def test_odata_version(web, header):
    """Only OData 4.0 is spoken."""
    assert web.send("GET", "WhoAmI", headers={header: "4.01"}).status_code == 400


def test_single_values(web):
    """set(id)/column reads one value, set(id)/navigation the row behind a lookup; 204 for none."""
    assert web.get(f"contacts({MARIA})/fullname").json()["value"] == "Maria Campbell"
    assert web.get(f"contacts({MARIA})/mobilephone").status_code == 204
    assert web.get(f"incidents({CASE})/customerid_contact", select="fullname").json()["fullname"] == "Maria Campbell"
    assert web.get(f"incidents({CASE})/customerid_account").status_code == 204


def test_reference_of_a_lookup(web):
    """``GET set(id)/<lookup>/$ref`` names the row it holds; 204 for none, and for one of the other table."""
    answer = web.send("GET", f"incidents({CASE})/customerid_contact/$ref")
    root = f"{web.emu.url}/api/data/v9.2/"
    expected = {"@odata.context": f"{root}$metadata#$ref", "@odata.id": f"{root}contacts({MARIA})"}
    assert (answer.status_code, answer.json()) == (200, expected)
    assert web.send("GET", f"incidents({CASE})/customerid_account/$ref").status_code == 204
    assert web.send("GET", f"incidents({CASE})/customerid_contact/$ref?$select=fullname").status_code == 400


def test_reference_of_a_lookup_needs_read(caller):
    """It is read as the row is."""
    web = caller(prvReadContact="Global")
    assert web.send("GET", f"incidents({CASE})/customerid_contact/$ref").status_code == 403
