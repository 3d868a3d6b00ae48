"""The variants of the topics that call the connector instead of the flow: the same topics with another call node."""

from __future__ import annotations

import re
from pathlib import Path

from dev.makers.flow import REFERENCE, TEXTS
from shared.contract.openapi_schemas import schemas

FOLDER = Path(__file__).resolve().parents[2] / "samples" / "copilot-studio"

TOPICS = ("escalate", "end")
_HEAD = re.compile(r"\A# (?P<title>.*)\n# Replace flowId .*\n")
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
    head, call = _HEAD.match(text), _CALL.search(text)
    if head is None or call is None:
        raise ValueError(f"{source} has no head of two comments, or no call node between its two comments")
    return text.replace(head[0], _head(head["title"], source)).replace(call[0], _node(call["node"]))


def _head(title: str, source: str) -> str:
    return (
        f"# {title}\n"
        f"# Replace {REFERENCE} by the logical name of yours: docs/for-makers.md says where it stands.\n"
        f"# Generated from {source} by `python3 -m dev makers`; do not edit by hand.\n"
    )


def _node(node: str) -> str:
    """The connector's node for a flow's: the same inputs, and a variable set for each output.

    Inputs of a body that has a fixed form are flat here (`Email`), other than in a flow (`body/Email`).
    """
    given, _, taken = node.partition("      output:\n")
    lines = [
        "    # The call.",
        "    - kind: InvokeConnectorAction",
        "      id: callLink",
        "      input:",
        "        binding:",
        *(f"          {name}: {value}" for name, value in _BINDING.findall(given.split("binding:")[1])),
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
    return [
        "    - kind: SetVariable",
        f"      id: take_{field}",
        f"      variable: {variable}",
        f"      value: ={_expression(field)}",
    ]


def _expression(field: str) -> str:
    answer = f"Topic.LinkAnswer.{TEXTS.get(field, field)}"
    if field in TEXTS:
        return f'If({answer}, "true", "false")'
    boolean = schemas()["LinkAnswer"]["properties"][field]["type"] == "boolean"
    default = '"failed"' if field == "status" else "false" if boolean else '""'
    return f"If(IsBlank({answer}), {default}, {answer})"
