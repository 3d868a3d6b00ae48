"""The connector: fresh, valid for validators that nobody here wrote, conventional, and true to the contract."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

from dev.connector.__main__ import main
from dev.connector.files import BRAND, FOLDER, ICON, Owner, files, properties
from shared.contract.answers import LinkAnswer, UnlinkAnswer
from shared.contract.fields import DO_NOT_ASK
from shared.contract.openapi import definition
from shared.contract.openapi31 import modern
from shared.contract.openapi_schemas import who_sets
from shared.contract.requests import LinkRequest, UnlinkRequest
from shared.contract.statuses import PartStatus
from shared.core.errors import LinkerError

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(__file__).parent / "node"
DEFINITION = definition()
AUTHS = ("key", "entra")
IMPORTANT = {
    "linked", "customerLinked", "identityLevel", "caseLinked", "customerStatus", "caseStatus", "caseNumber", "caseIsNew",
    "nextQuestion", "escalationSummary", "message", "CloseOmnichannelConversation",
}  # fmt: skip
INTERNAL = {"replacedCustomerId", "replacedCaseId", "dryRun", "event", "omnichannelTags"}


def operations():
    """Every operation of the definition."""
    return [operation for verbs in DEFINITION["paths"].values() for operation in verbs.values()]


def fields(name):
    """The properties of a schema."""
    return DEFINITION["definitions"][name]["properties"]


def everything(value):
    """Every object in a definition."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from everything(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from everything(inner)


def test_it_is_fresh():
    """What lies in connector/ is what the code makes now. If not: `python3 -m dev connector`."""
    made = files()
    assert {path.name for path in FOLDER.iterdir()} == set(made)
    for name, content in made.items():
        assert (FOLDER / name).read_bytes() == content, f"connector/{name} is stale: python3 -m dev connector"


@pytest.mark.parametrize("auth", AUTHS)
def test_openapi_spec_validator_accepts_it(auth):
    """Both forms, for both ways to sign in."""
    swagger = definition("app.azurewebsites.net", auth)
    assert list(OpenAPIV2SpecValidator(swagger).iter_errors()) == []
    assert list(OpenAPIV31SpecValidator(modern(swagger)).iter_errors()) == []


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.skipif(
    not (NODE / "node_modules" / "@apidevtools").is_dir(),
    reason="swagger-parser is not installed: npm install --prefix tests/connector/node",
)
def test_swagger_parser_accepts_it(tmp_path):
    """Both forms, for both ways to sign in; and it does find what is wrong."""
    made = []
    for auth in AUTHS:
        swagger = definition("app.azurewebsites.net", auth)
        for name, content in ((f"{auth}.json", swagger), (f"{auth}3.json", modern(swagger))):
            (tmp_path / name).write_text(json.dumps(content))
            made.append(str(tmp_path / name))
    command = ["node", "validate.mjs", *made]
    done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.split("\n")) == (0, ["Conversation Linking"] * 4 + [""]), done.stderr
    wrong = json.loads((tmp_path / "key.json").read_text()) | {"host": 7}
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    done = subprocess.run(
        ["node", "validate.mjs", str(tmp_path / "wrong.json")],
        cwd=NODE, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1


def test_words_of_power_platform():
    """The conventions for names, lengths and titles."""
    info = DEFINITION["info"]
    assert info["title"] == "Conversation Linking"
    assert len(info["title"]) <= 30
    assert not re.search(r"API|Connector|Power|Copilot", info["title"])
    assert 30 <= len(info["description"]) <= 500
    assert [each["operationId"] for each in operations()] == ["LinkConversation", "UnlinkConversation", "GetDiagnosis"]
    for operation in operations():
        summary, text = operation["summary"], operation["description"]
        assert re.fullmatch(r"[A-Z][^/]{1,79}(?<![.!?])", summary)
        assert text.endswith(".")
        assert text != summary
        assert "200" in operation["responses"]
        assert "default" not in operation["responses"]


def test_every_parameter_and_property_has_a_title_and_a_description():
    """In title case, each title once in its schema."""
    named = [(name, fields(name)) for name in DEFINITION["definitions"]]
    named += [("errors", fields("Problem")["errors"]["items"]["properties"])]
    named += [("checks", fields("Diagnosis")["checks"]["items"]["properties"])]
    named += [(o["operationId"], {each["name"]: each for each in o["parameters"]}) for o in operations()]
    for place, found in named:
        titles = [each["x-ms-summary"] for each in found.values()]
        assert len(set(titles)) == len(titles), place
        for name, each in found.items():
            assert re.fullmatch(r"([A-Z][A-Za-z]*)( [A-Z][A-Za-z]*| Is)*", each["x-ms-summary"]), (place, name)
            assert each["description"].endswith((".", "…")), (place, name)
            assert each["description"] != each["x-ms-summary"]
            assert each.get("x-ms-visibility", "important") in ("important", "advanced", "internal")


def test_types_that_connectors_know():
    """One type each; nothing that connectors cannot read."""
    for each in everything(DEFINITION):
        assert not {"anyOf", "oneOf", "allOf", "nullable", "x-nullable"} & set(each)
        if "x-ms-summary" in each and each.get("in") != "body":
            assert isinstance(each["type"], str), each
    assert {each["type"] for each in fields("LinkAnswer").values()} == {"string", "boolean"}


def test_every_field_of_the_contract_is_there():
    """Inputs under all their names, outputs in the contract's order."""
    assert list(fields("LinkRequest")) == LinkRequest.names()
    assert list(fields("LinkAnswer")) == list(LinkAnswer.model_fields)
    assert list(fields("UnlinkRequest")) == UnlinkRequest.names()
    assert list(fields("UnlinkAnswer")) == list(UnlinkAnswer.model_fields)
    assert fields("LinkAnswer")["customerStatus"]["enum"] == [status.value for status in PartStatus]


def test_nothing_is_required_of_the_caller():
    """A blank is answered by the app, better than a connector would."""
    assert not any("required" in DEFINITION["definitions"][name] for name in ("LinkRequest", "UnlinkRequest"))


def test_an_error_is_an_answer_by_default():
    """An internal parameter that is required has a default."""
    (always,) = [each for each in operations()[0]["parameters"] if each["in"] == "query"]
    assert (always["name"], always["default"], always["required"], always["x-ms-visibility"]) == (
        "always", True, True, "internal",
    )  # fmt: skip


def test_what_a_maker_sees_first():
    """The visibility of the outputs."""
    found = {name: each.get("x-ms-visibility", "") for name, each in fields("LinkAnswer").items()}
    assert {name for name, visibility in found.items() if visibility == "important"} == IMPORTANT
    assert {name for name, visibility in found.items() if visibility == "internal"} == INTERNAL


def who_sets_it():
    """The column of the contract: by field, its first word."""
    text = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"\| name \| who sets it \|.*?\n\|[-|]+\n(.*?)\n\n", text, re.DOTALL)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return {name.strip("`"): re.split(r"[ ,]", who)[0] for name, who, *_ in rows}


def test_only_what_customers_say_is_open_to_a_model():
    """The contract's "who sets it": the rest is advanced or internal, and says that nobody may ask for it."""
    stated = who_sets_it()
    aliases = set(LinkRequest.names()[1:4])
    assert set(stated) | aliases == set(fields("LinkRequest"))
    for name, set_by in who_sets(LinkRequest).items():
        who = stated.get(name, "platform").replace("Azure", "bot")
        assert set_by == who, name
        open_to_a_model, field = who == "customer", fields("LinkRequest")[name]
        assert (field.get("x-ms-visibility") in ("advanced", "internal")) is not open_to_a_model, name
        assert (DO_NOT_ASK in field["description"]) is not open_to_a_model, name
    text = fields("LinkRequest")["conversationId"]["description"]
    assert "Set from msdyn_ConversationId; do not ask the customer" in text


def test_unlink_and_dry_run_are_no_tools_for_a_model():
    """Hidden or advanced, and said."""
    link, unlink, diagnosis = operations()
    assert link["x-ms-visibility"] == "important"
    for operation in (unlink, diagnosis):
        assert operation["x-ms-visibility"] == "advanced"
        assert "no tool for a language model" in operation["description"].replace("\n", " ")
    assert {field["x-ms-visibility"] for field in fields("UnlinkRequest").values()} == {"advanced", "internal"}
    assert fields("LinkRequest")["dryRun"]["x-ms-visibility"] == "internal"
    assert "No tool for a language model" in fields("LinkRequest")["dryRun"]["description"]


def test_every_error_status_is_listed():
    """Those of the app, and 401, which Azure answers before the app."""
    family, statuses = [LinkerError], {401}
    for error in family:
        family += error.__subclasses__()
        statuses.add(error.status)
    assert {int(status) for status in operations()[0]["responses"]} == statuses | {200}


def test_the_key_is_kept_as_a_secret():
    """In the header that Azure reads, from a secure text whose tooltip says which key."""
    assert DEFINITION["securityDefinitions"] == {
        "api_key": {"type": "apiKey", "in": "header", "name": "x-functions-key"}
    }
    assert DEFINITION["security"] == [{"api_key": []}]
    parameter = properties("key")["properties"]["connectionParameters"]["api_key"]
    assert parameter["type"] == "securestring"
    assert "host key" in parameter["uiDefinition"]["tooltip"]
    assert parameter["uiDefinition"]["constraints"]["clearText"] is False


def test_the_connection_is_tested_on_a_keyed_get():
    """So a wrong key shows when the connection is made."""
    tested = DEFINITION["x-ms-capabilities"]["testConnection"]["operationId"]
    assert tested == DEFINITION["paths"]["/diagnose"]["get"]["operationId"]


def test_the_routes_are_those_of_the_app(app_functions):
    """Path, verb and key."""
    for path, verbs in DEFINITION["paths"].items():
        methods, level = app_functions[path.strip("/")]
        assert methods == {verb.upper() for verb in verbs}
        assert level == "FUNCTION"


def test_entra_in_place_of_the_key():
    """One definition each, and the same scope on both sides."""
    swagger, settings = definition(auth="entra"), properties("entra")["properties"]["connectionParameters"]
    (scheme,) = swagger["securityDefinitions"].values()
    assert list(scheme["scopes"]) == settings["token"]["oAuthSettings"]["scopes"]
    assert "x-functions-key" not in json.dumps([swagger, settings])


def picture(data):
    """The pixels of a PNG with a palette of 16 colours and rows without filters: rows of indexes, and the palette."""
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunks[data[at + 4 : at + 8]] = data[at + 8 : at + 8 + length]
        at += length + 12
    width, height, depth, colours = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (data[:8], depth, colours) == (b"\x89PNG\r\n\x1a\n", 4, 3)
    raw, step = zlib.decompress(chunks[b"IDAT"]), 1 + width // 2
    lines = [raw[y * step : (y + 1) * step] for y in range(height)]
    assert {line[0] for line in lines} == {0}
    palette = ["#" + chunks[b"PLTE"][i : i + 3].hex() for i in range(0, len(chunks[b"PLTE"]), 3)]
    return [[half for byte in line[1:] for half in (byte >> 4, byte & 15)] for line in lines], palette


def test_the_icon_has_the_proportions_that_certification_asks_for():
    """A square of 100 to 230 pixels in the brand colour, without transparency; the drawing below 70 % of each side."""
    data = ICON.read_bytes()
    rows, palette = picture(data)
    size = len(rows)
    assert 100 <= size <= 230
    assert {len(row) for row in rows} == {size}
    assert b"tRNS" not in data
    assert palette[rows[0][0]] == BRAND == properties("key")["properties"]["iconBrandColor"]
    assert BRAND not in ("#007ee5", "#ffffff")
    drawn = [(x, y) for y, row in enumerate(rows) for x, index in enumerate(row) if palette[index] != BRAND]
    for along in zip(*drawn, strict=True):
        assert 0 < max(along) - min(along) + 1 < 0.7 * size
        assert min(along) > 0.1 * size
        assert max(along) < 0.9 * size


def test_what_certification_asks_for():
    """Contact, website, privacy policy and categories in the definition; the sections of the readme."""
    assert set(DEFINITION["info"]["contact"]) == {"name", "url", "email"}
    metadata = {each["propertyName"]: each["propertyValue"] for each in DEFINITION["x-ms-connector-metadata"]}
    assert list(metadata) == ["Website", "Privacy policy", "Categories"]
    assert all(metadata.values())
    headings = re.findall(r"^## (.+)$", (FOLDER / "readme.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {each.split(":")[0] for each in headings} >= {
        "Publisher", "Prerequisites", "Supported Operations", "Obtaining Credentials", "Known Issues and Limitations",
        "Deployment Instructions",
    }  # fmt: skip


def test_one_conversation_can_be_diagnosed():
    """conversationId is an optional parameter of GetDiagnosis, as the contract has it."""
    (parameter,) = operations()[2]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("conversationId", "query", False)
    assert "default" not in modern(DEFINITION)["paths"]["/diagnose"]["get"]["parameters"][0]["schema"]


def test_the_owner_goes_into_every_file():
    """No placeholder is left where publisher, contact and addresses are given."""
    owner = Owner(
        "Contoso", "https://contoso.example", "https://contoso.example/p", "https://contoso.example/s", "a@b.example"
    )
    made = files("app.azurewebsites.net", "key", owner)
    texts = {name: content.decode() for name, content in made.items() if name != "icon.png"}
    assert not [name for name, text in texts.items() if re.search("your-company|Your company", text)]
    swagger = json.loads(texts["apiDefinition.swagger.json"])
    assert swagger["info"]["contact"] == {"name": "Contoso", "url": owner.support, "email": owner.email}
    assert "## Publisher: Contoso" in texts["readme.md"]
    assert json.loads(texts["apiProperties.json"])["properties"]["publisher"] == "Contoso"


def test_the_command(tmp_path, capsys):
    """Host and sign-in go into the files; what is no host is refused."""
    assert main(["--host", "My-App.azurewebsites.net", "--auth", "entra", "--out", str(tmp_path)]) == 0
    swagger = json.loads((tmp_path / "apiDefinition.swagger.json").read_text())
    assert swagger["host"] == "my-app.azurewebsites.net"
    assert "oauth2_auth" in swagger["securityDefinitions"]
    assert "your-tenant-id" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--host", "https://my-app.azurewebsites.net/api", "--out", str(tmp_path)])
    assert "without https://" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["", "  ", "a\nb"])
def test_a_publisher_that_is_no_text_is_refused(tmp_path, capsys, value):
    """Empty, or on two lines: exit status 2, and nothing is written."""
    with pytest.raises(SystemExit) as refused:
        main(["--publisher", value, "--out", str(tmp_path)])
    assert refused.value.code == 2
    assert "not empty" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
