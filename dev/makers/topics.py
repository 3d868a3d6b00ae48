"""The variants of the topics that call the connector instead of the flow: the same topics with another call node."""

from __future__ import annotations

import re
from pathlib import Path

from dev.makers.flow import REFERENCE
from shared.contract.openapi_schemas import schemas

FOLDER = Path(__file__).resolve().parents[2] / "samples" / "copilot-studio"

TOPICS = ("escalate", "end")
_CALL = re.compile(
    r"^    # The call\.\n    - kind: InvokeFlowAction\n(?P<node>.*?)(?=^    # After the call\.)", re.M | re.S
)
_BINDING = re.compile(r"^ +(\w+): (\S.*)$", re.MULTILINE)


def topics() -> dict[str, str]:
    """The text of each generated topic by the name of its file."""
    return {f"{name}-through-connector.yaml": _variant(name) for name in TOPICS}


def _variant(name: str) -> str:
    source = f"{name}-through-flow.yaml"
    text = (FOLDER / source).read_text(encoding="utf-8")
    found = _CALL.search(text)
    if found is None:
        raise ValueError(f"{source} has no call node between its two comments")
    head = f"# Generated from {source} by `python3 -m dev makers`; do not edit by hand.\n"
    return head + text.replace(found[0], _node(found["node"]))


def _node(node: str) -> str:
    """The connector's node for a flow's: the same inputs, and a variable set for each output."""
    given, _, taken = node.partition("      output:\n")
    lines = [
        "    # The call.",
        "    - kind: InvokeConnectorAction",
        "      id: callLink",
        "      input:",
        "        binding:",
        *(f"          body/{name}: {value}" for name, value in _BINDING.findall(given.split("binding:")[1])),
        "          always: =true",
        "      output:",
        "        kind: SingleVariableOutputBinding",
        "        variable: init:Topic.LinkAnswer",
        f"      connectionReference: {REFERENCE}",
        "      connectionProperties:",
        "        mode: Maker",
        "      operationId: LinkConversation",
        "      errorHandling:",
        "        kind: ContinueOnErrorBehavior",
        "        statusCode: init:Topic.LinkHttpStatus",
        "        errorResponseBody: init:Topic.LinkHttpError",
    ]
    outputs = _BINDING.findall(taken.split("binding:")[1].split("      flowId:")[0])
    for field, variable in outputs:
        lines += _taken(field, variable)
    return "\n".join(lines) + "\n"


def _taken(field: str, variable: str) -> list[str]:
    """The node that takes one output out of the answer; its default where the call failed."""
    boolean = schemas()["LinkAnswer"]["properties"][field]["type"] == "boolean"
    default = '"failed"' if field == "status" else "false" if boolean else '""'
    answer = f"Topic.LinkAnswer.{field}"
    return [
        "    - kind: SetVariable",
        f"      id: take_{field}",
        f"      variable: {variable}",
        f"      value: =If(IsBlank({answer}), {default}, {answer})",
    ]
