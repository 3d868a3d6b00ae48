"""What the published authoring schema of Copilot Studio says of the nodes that the topics use.

Read from `reference/bot.schema.yaml-authoring.json` of github.com/microsoft/skills-for-copilot-studio (1838950); the
schema allows no other properties. By kind: what is required, and what is allowed besides (of what the topics use).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_NODE = {"id", "displayName", "disabled", "conversationOutcome"}

KINDS: dict[str, tuple[set[str], set[str]]] = {
    "SetVariable": ({"kind", "id", "variable", "value"}, _NODE),
    "Question": (
        {"kind", "id", "variable", "prompt", "entity"},
        _NODE
        | {"alwaysPrompt", "repeatCount", "defaultValue", "interruptionPolicy", "unrecognizedPrompt", "skipQuestionMode"},
    ),
    "InvokeFlowAction": ({"kind", "id", "flowId"}, _NODE | {"input", "output", "latencyMessageSettings"}),
    "InvokeConnectorAction": (
        {"kind", "id", "connectionReference", "operationId"},
        _NODE
        | {
            "input", "output", "connectionProperties", "errorHandling", "requestTimeoutInMilliseconds",
            "latencyMessageSettings", "dynamicInputSchema", "dynamicOutputSchema",
        },
    ),
    "ConditionGroup": ({"kind", "id", "conditions"}, _NODE | {"elseActions"}),
    "GotoAction": ({"kind", "id", "actionId"}, _NODE),
    "SendActivity": ({"kind", "id", "activity"}, _NODE),
    "TransferConversationV2": ({"kind", "id"}, _NODE | {"transferType"}),
    "TransferToAgent": ({"kind"}, {"messageToAgent", "context"}),
    "AutomaticTransferContext": ({"kind"}, {"variables"}),
    "SingleVariableOutputBinding": ({"kind"}, {"variable", "outputOverrides"}),
    "ContinueOnErrorBehavior": ({"kind"}, {"statusCode", "errorResponseBody"}),
    "AdaptiveDialog": (
        {"kind"},
        {"beginDialog", "startBehavior", "modelDisplayName", "modelDescription", "inputType", "outputType"},
    ),
    "OnEscalate": ({"kind", "id"}, {"intent", "actions", "condition", "priority"}),
    "OnRecognizedIntent": ({"kind", "id"}, {"intent", "actions", "condition", "priority"}),
}  # fmt: skip
"""The two triggers were not read in the schema, but in topics that Copilot Studio exported."""

CONDITION = ({"id", "condition"}, {"actions"})
OUTCOMES = {"Escalated", "ResolvedImplied", "ResolvedConfirmed"}
ENTITIES = {"StringPrebuiltEntity", "EmailPrebuiltEntity"}


def problems(topic: dict[str, Any]) -> Iterator[str]:
    """What the schema would refuse in a topic."""
    for item in _objects(topic):
        if "kind" in item and item["kind"] not in KINDS:
            yield f"unknown kind {item['kind']}"
        elif "kind" in item or "condition" in item:
            yield from _wrong(item)


def _wrong(item: dict[str, Any]) -> Iterator[str]:
    required, allowed = KINDS[item["kind"]] if "kind" in item else CONDITION
    where = item.get("id", item.get("kind"))
    yield from (f"{where} lacks {name}" for name in required - set(item))
    yield from (f"{where} has {name}" for name in set(item) - required - allowed)
    if "conversationOutcome" in item and item["conversationOutcome"] not in OUTCOMES:
        yield f"{where} has the outcome {item['conversationOutcome']}"
    if item.get("kind") == "Question" and item["entity"] not in ENTITIES:
        yield f"{where} asks for {item['entity']}"


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)
