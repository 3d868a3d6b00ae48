"""The two solutions: unpacked, every part held against exported ones, and the flow in it run against the real app."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator

from dev.connector.files import files
from dev.solution.__main__ import main
from dev.solution.names import Names
from shared import __version__
from tests.makers import layouts
from tests.makers.platform import run_flow

ROOT = Path(__file__).resolve().parents[2]
CONNECTOR, FLOW = "ConversationLinkingConnector", "ConversationLinkingFlow"
VERSION = f"{__version__}.0"
CONVERSATION = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def made(folder, *arguments):
    """The parts of each solution that the command writes: by the solution's name, then by the part's."""
    assert main([*arguments, "--out", str(folder)]) == 0
    return {
        path.name.split("_")[0]: {name: archive.read(name) for name in archive.namelist()}
        for path in folder.glob("*.zip")
        for archive in [zipfile.ZipFile(io.BytesIO(path.read_bytes()))]
    }


@pytest.fixture(scope="module")
def solutions(tmp_path_factory):
    """Both solutions as they are made without arguments."""
    return made(tmp_path_factory.mktemp("solutions"))


def xml(parts, name):
    """The root of a part."""
    return ElementTree.fromstring(parts[name])  # noqa: S314 - written by this project


def order(element):
    """The names of an element's children."""
    return tuple(child.tag for child in element)


def fits(found, layout, optional=()):
    """Whether names are those of a layout in its order; only optional ones may be missing."""
    return found == tuple(name for name in layout if name in found or name not in optional)


def components(parts):
    """The attributes of the root components by type."""
    found = [each.attrib for each in xml(parts, "solution.xml").iter("RootComponent")]
    assert {each["behavior"] for each in found} == {"0"}
    return {each["type"]: each for each in found}


def flow_file(parts):
    """The name and the content of the flow."""
    (name,) = [each for each in parts if each.startswith("Workflows/")]
    return name, json.loads(parts[name])


def test_two_zips_named_as_exports_are(tmp_path, capsys):
    """Name and version; the connector first, because it is imported first; the id that the topics need is printed."""
    made(tmp_path)
    printed = capsys.readouterr().out
    version = VERSION.replace(".", "_")
    names = [f"{each}_{version}.zip" for each in (CONNECTOR, FLOW)]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert printed.index(names[0]) < printed.index(names[1])
    assert str(Names().flow_id) in printed


@pytest.mark.parametrize("solution", [CONNECTOR, FLOW])
def test_the_parts_are_those_of_an_export(solutions, solution):
    """The three parts of every solution, each once; every extension has a content type; paths are relative."""
    parts = solutions[solution]
    assert {"solution.xml", "customizations.xml", "[Content_Types].xml"} <= set(parts)
    types = xml(parts, "[Content_Types].xml")
    namespace = "{http://schemas.openxmlformats.org/package/2006/content-types}"
    assert types.tag == namespace + "Types"
    assert {each.tag for each in types} == {namespace + "Default"}
    assert {each.get("Extension") for each in types} == {name.rsplit(".", 1)[1] for name in parts}
    assert all(re.fullmatch(r"[A-Za-z0-9_\[\]./-]+", name) and not name.startswith("/") for name in parts)


@pytest.mark.parametrize("solution", [CONNECTOR, FLOW])
def test_every_part_is_well_formed(solutions, solution):
    """XML and JSON parse."""
    for name, content in solutions[solution].items():
        if name.endswith(".xml"):
            ElementTree.fromstring(content)  # noqa: S314 - written by this project
        if name.endswith(".json"):
            json.loads(content)


@pytest.mark.parametrize("solution", [CONNECTOR, FLOW])
def test_the_manifest_is_that_of_an_unmanaged_solution(solutions, solution):
    """Elements in the order of an export; publisher, prefix and version."""
    root = xml(solutions[solution], "solution.xml")
    assert root.tag == "ImportExportXml"
    assert {"version", "SolutionPackageVersion", "languagecode", "generatedBy"} <= set(root.attrib)
    (manifest,) = root
    assert order(manifest) == layouts.MANIFEST
    assert manifest.findtext("UniqueName") == solution
    assert (manifest.findtext("Version"), manifest.findtext("Managed")) == (VERSION, "0")
    publisher = manifest.find("Publisher")
    assert order(publisher) == layouts.PUBLISHER
    assert publisher.findtext("UniqueName") == "ConversationLinking"
    assert 10000 <= int(publisher.findtext("CustomizationOptionValuePrefix")) <= 99999
    addresses = list(publisher.find("Addresses"))
    assert [each.findtext("AddressNumber") for each in addresses] == ["1", "2"]
    for address in addresses:
        assert order(address) == layouts.ADDRESS
        assert {each.tag for each in address if not each.get(NIL)} == {
            "AddressNumber", "AddressTypeCode", "ShippingMethodCode",
        }  # fmt: skip


def test_the_root_components_are_what_is_in_the_zip(solutions):
    """Connector (372) and environment variable (380) in the one, the flow (29) in the other; by id and schema name."""
    found = components(solutions[CONNECTOR])
    assert set(found) == {"372", "380"}
    connector = xml(solutions[CONNECTOR], "customizations.xml").find("Connectors/Connector")
    assert found["372"]["id"] == f"{{{connector.findtext('connectorid')}}}"
    assert found["372"]["schemaName"] == connector.findtext("name")
    assert f"environmentvariabledefinitions/{found['380']['schemaName']}/" in "\n".join(solutions[CONNECTOR])
    found = components(solutions[FLOW])
    assert set(found) == {"29"}
    workflow = xml(solutions[FLOW], "customizations.xml").find("Workflows/Workflow")
    assert found["29"]["id"] == workflow.get("WorkflowId")


@pytest.mark.parametrize(("solution", "section"), [(CONNECTOR, "Connectors"), (FLOW, "connectionreferences")])
def test_the_customizations_have_the_sections_of_an_export(solutions, solution, section):
    """In its order; what a solution does not have is an empty section, or none."""
    root = xml(solutions[solution], "customizations.xml")
    assert fits(order(root), layouts.CUSTOMIZATIONS, {"Connectors", "connectionreferences"} - {section})
    filled = {each.tag for each in root if len(each)}
    assert filled == {section, "Languages"} | ({"Workflows"} if solution == FLOW else set())
    assert root.findtext("Languages/Language") == "1033"


def test_the_connector_has_its_four_files(solutions):
    """Definition, connection parameters, policies and icon lie where the element says."""
    parts = solutions[CONNECTOR]
    connector = xml(parts, "customizations.xml").find("Connectors/Connector")
    assert order(connector) == layouts.CONNECTOR
    assert connector.findtext("connectortype") == "1"
    name = connector.findtext("name")
    for element, extension in layouts.CONNECTOR_FILES.items():
        assert connector.findtext(element) == f"/Connector/{name}_{element}.{extension}"
        assert connector.findtext(element)[1:] in parts
    assert len([each for each in parts if each.startswith("Connector/")]) == len(layouts.CONNECTOR_FILES)


def test_the_connector_is_the_one_that_is_imported_by_hand(solutions):
    """The same definition but for the host, the same connection, the same icon."""
    parts, by_hand = solutions[CONNECTOR], files()
    prefix = f"Connector/{Names().connector}_"
    definition = json.loads(parts[f"{prefix}openapidefinition.json"])
    assert list(OpenAPIV2SpecValidator(definition | {"host": "app.example"}).iter_errors()) == []
    plain = json.loads(by_hand["apiDefinition.swagger.json"])
    publishers = definition["info"]["contact"].pop("name"), plain["info"]["contact"].pop("name")
    assert publishers == ("Conversation Linking", "Your company")
    assert definition | {"host": ""} == plain | {"host": ""}
    settings = json.loads(by_hand["apiProperties.json"])["properties"]
    assert json.loads(parts[f"{prefix}connectionparameters.json"]) == settings["connectionParameters"]
    assert json.loads(parts[f"{prefix}policytemplateinstances.json"]) == settings["policyTemplateInstances"]
    assert parts[f"{prefix}iconblob.Png"] == by_hand["icon.png"]
    connector = xml(parts, "customizations.xml").find("Connectors/Connector")
    assert connector.findtext("iconbrandcolor") == settings["iconBrandColor"]
    assert connector.findtext("displayname") == definition["info"]["title"]


def test_the_host_is_an_environment_variable(solutions, tmp_path):
    """The definition names the variable; the import asks for its value, unless --host gives a default."""
    for parts, default in (
        (solutions[CONNECTOR], None),
        (made(tmp_path, "--host", "My-App.example")[CONNECTOR], "my-app.example"),
    ):
        (path,) = [each for each in parts if each.startswith("environmentvariabledefinitions/")]
        variable = xml(parts, path)
        name = variable.get("schemaname")
        assert path == f"environmentvariabledefinitions/{name}/environmentvariabledefinition.xml"
        assert fits(order(variable), layouts.ENVIRONMENT_VARIABLE, {"defaultvalue"})
        assert (variable.findtext("type"), variable.findtext("secretstore")) == ("100000000", "0")
        assert variable.findtext("defaultvalue") == default
        assert variable.find("displayname/label").get("description") == variable.find("displayname").get("default")
        definition = json.loads(parts[f"Connector/{Names().connector}_openapidefinition.json"])
        assert (definition["host"], definition["schemes"]) == (f'@environmentVariables("{name}")', ["https"])


def test_the_flow_is_described_as_an_export_describes_it(solutions):
    """A cloud flow that is on, with its file named after it and its id."""
    workflow = xml(solutions[FLOW], "customizations.xml").find("Workflows/Workflow")
    assert order(workflow) == layouts.WORKFLOW
    assert (workflow.findtext("Category"), workflow.findtext("StateCode"), workflow.findtext("StatusCode")) == (
        "5",
        "1",
        "2",
    )
    assert workflow.find("LocalizedNames/LocalizedName").get("description") == workflow.get("Name")
    name, _ = flow_file(solutions[FLOW])
    assert workflow.findtext("JsonFileName") == f"/{name}"
    assert name.endswith(f"-{workflow.get('WorkflowId').strip('{}').upper()}.json")


def test_flow_connection_reference_and_connector_refer_to_each_other(solutions):
    """The flow names the reference, the reference names the connector of the other solution by its id."""
    _, flow = flow_file(solutions[FLOW])
    ((name, connection),) = flow["properties"]["connectionReferences"].items()
    assert set(connection) == layouts.FLOW_CONNECTION
    call = flow["properties"]["definition"]["actions"]["Link_conversation"]["inputs"]["host"]
    assert call == {"connectionName": name, "operationId": "LinkConversation", "apiId": ""}
    reference = xml(solutions[FLOW], "customizations.xml").find("connectionreferences/connectionreference")
    assert order(reference) == layouts.CONNECTION_REFERENCE
    logical_name = reference.get("connectionreferencelogicalname")
    assert connection["connection"] == {"connectionReferenceLogicalName": logical_name}
    assert reference.findtext("connectorid") == f"/providers/Microsoft.PowerApps/apis/{connection['api']['name']}"
    connector = xml(solutions[CONNECTOR], "customizations.xml").find("Connectors/Connector")
    assert reference.findtext("customconnectorid/connectorid") == connector.findtext("connectorid")
    assert connection["api"]["logicalName"] == connector.findtext("name")


def test_the_flow_says_that_it_needs_the_connector(solutions):
    """So an import in the wrong order is refused with a reason."""
    assert not list(xml(solutions[CONNECTOR], "solution.xml").iter("MissingDependency"))
    needs = list(xml(solutions[FLOW], "solution.xml").iter("MissingDependency"))
    connector = components(solutions[CONNECTOR])["372"]
    for need in needs:
        required, dependent = need.find("Required").attrib, need.find("Dependent").attrib
        assert set(required) == layouts.REQUIRED
        assert {name: required[name] for name in ("type", "id", "schemaName")} == {
            name: connector[name] for name in ("type", "id", "schemaName")
        }
        assert set(dependent) in (layouts.DEPENDENT_FLOW, layouts.DEPENDENT_REFERENCE)
    assert len(needs) == 2


def test_the_flow_in_the_solution_links(solutions, host):
    """Run against the real app."""
    _, flow = flow_file(solutions[FLOW])
    given = {"conversationId": CONVERSATION, "Email": "maria.campbell@example.com"}
    assert run_flow(flow, given, host.url, host.key)["status"] == "linked"


def test_the_same_input_gives_the_same_bytes(tmp_path):
    """In another process, with another order of hashes: no clock, and no compression, which differs by machine."""
    contents = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "dev.solution", "--out", str(folder)],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        contents.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert contents[0] == contents[1]
    for content in contents[0].values():
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
        assert {(each.date_time, each.compress_type) for each in entries} == {
            ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED)
        }


def test_ids_follow_the_prefix():
    """Every component has its own id; another prefix gives other ids, another publisher does not."""
    ids = [Names().connector_id, Names().flow_id, Names("contoso").connector_id, Names("contoso").flow_id]
    assert len(set(ids)) == 4
    assert {each.version for each in ids} == {5}
    assert Names(publisher="Contoso").flow_id == Names().flow_id
    assert UUID(str(Names().flow_id)) == Names().flow_id


def test_publisher_and_prefix_are_arguments(tmp_path):
    """Names in every part begin with the prefix; a publisher of any script and with quotes is written as it is."""
    publisher = 'Contoso & Söhne "日本" <x>'
    both = made(tmp_path, "--prefix", "cont", "--publisher", publisher, "--solution-version", "2.3.4.5")
    for parts in both.values():
        manifest = xml(parts, "solution.xml")
        assert manifest.find(".//Publisher/LocalizedNames/LocalizedName").get("description") == publisher
        assert manifest.findtext(".//Publisher/UniqueName") == "ContosoShnex"
        assert manifest.findtext(".//CustomizationPrefix") == "cont"
        assert manifest.findtext(".//Version") == "2.3.4.5"
        assert not [
            name for name, content in parts.items() if Names().prefix in name or Names().prefix.encode() in content
        ]
    assert components(both[CONNECTOR])["372"]["schemaName"].startswith("cont_")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--prefix", "", "2 to 8"), ("--prefix", "a", "2 to 8"), ("--prefix", "1ab", "2 to 8"),
        ("--prefix", "mscrmx", "mscrm"), ("--prefix", "Cont", "lower-case"), ("--prefix", "ninechars", "2 to 8"),
        ("--prefix", 'a"><b', "2 to 8"), ("--publisher", "日本", "A to Z"), ("--publisher", " ", "not empty"),
        ("--solution-version", "1.0", "four numbers"), ("--out", __file__, "a folder"), ("--host", "https://a.example", "without https://"),
    ],
)  # fmt: skip
def test_what_dataverse_would_refuse_is_refused(tmp_path, capsys, option, value, words):
    """With what to write instead, and nothing is written."""
    with pytest.raises(SystemExit) as refused:
        main(["--out", str(tmp_path), option, value])
    assert refused.value.code == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_entra_in_place_of_the_key(tmp_path, capsys):
    """The connection signs in, and what is left to fill in is printed."""
    parts = made(tmp_path, "--auth", "entra")[CONNECTOR]
    settings = json.loads(parts[f"Connector/{Names().connector}_connectionparameters.json"])
    assert settings["token"]["type"] == "oauthSetting"
    assert "Security" in capsys.readouterr().out
