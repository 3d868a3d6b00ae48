"""Stand-ins for what runs flows and topics: enough to carry the samples through against the real app."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shared.contract.openapi import definition
from tests.makers.expressions import Flow, Topic

SWAGGER = definition()
_SNAKE = re.compile("(?<!^)(?=[A-Z])")


class Failed(Exception):
    """A call that was answered with an error."""


def post(url: str, body: Any, key: str) -> Any:
    """What a POST is answered with. Failed where that is not 2xx."""
    headers = {"Content-Type": "application/json", "x-functions-key": key}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        error.close()
        raise Failed(str(error.code)) from None


def through_connector(operation_id: str, parameters: dict[str, Any], url: str, key: str, prefix: str = "") -> Any:
    """Carry an operation out as the connector's definition says. KeyError for what it does not know.

    `prefix` is what comes before a field of the body: `body/` in a flow, nothing in a topic.
    """
    ((path, operation),) = [
        (path, verbs["post"]) for path, verbs in SWAGGER["paths"].items()
        if verbs.get("post", {}).get("operationId") == operation_id
    ]  # fmt: skip
    defined = {each["name"]: each for each in operation["parameters"]}
    schema = SWAGGER["definitions"][defined["body"]["schema"]["$ref"].rsplit("/", 1)[1]]["properties"]
    fields = {prefix + name: name for name, each in schema.items() if each["type"] == "string"}
    body = {fields[name]: value for name, value in parameters.items() if name in fields}
    query = {defined[name]["name"]: value for name, value in parameters.items() if name not in fields}
    parts = "&".join(f"{name}={value}" for name, value in query.items())
    return post(f"{url}/api{path}?{parts}", body, key)


def run_flow(flow: dict[str, Any], given: dict[str, Any], url: str, key: str) -> dict[str, Any]:
    """What a flow hands back to the agent."""
    actions = flow["properties"]["definition"]["actions"]
    call = actions["Link_conversation"]
    before = Flow({"triggerBody": lambda: given, "parameters": lambda name: {}})
    try:
        body = _call(call, before, url, key)
        answer = Flow({"body": lambda name: {"Link_conversation": body}[name]}).value(actions["Answer"]["inputs"])
    except Failed:
        answer = None  # the step is skipped
        assert "Skipped" in actions["Respond_to_the_agent"]["runAfter"]["Answer"]
    after = Flow({"outputs": lambda name: {"Answer": answer}[name]})
    return after.value(actions["Respond_to_the_agent"]["inputs"]["body"])


def _call(call: dict[str, Any], values: Flow, url: str, key: str) -> Any:
    inputs = call["inputs"]
    if call["type"] == "Http":
        address = re.sub("https://[^/]+", url, inputs["uri"])
        return post(address, values.value(inputs["body"]), key)
    return through_connector(inputs["host"]["operationId"], values.value(inputs["parameters"]), url, key, "body/")


@dataclass
class Run:
    """One run of a topic: what the customer will say to each prompt, and what happened."""

    topic: dict[str, Any]
    call: Callable[[dict[str, Any], dict[str, Any]], Any]
    """Carries out a call node with its inputs; returns the outputs by name, or raises Failed."""
    replies: dict[str, str] = field(default_factory=dict)
    """What is answered to a question, by the id of its node."""
    variables: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    transfer: dict[str, Any] | None = None

    def run(self) -> Run:
        """Go through the topic to its end."""
        actions = self.topic["beginDialog"]["actions"]
        target = self._actions(actions)
        while target:
            ids = [action["id"] for action in actions]
            target = self._actions(actions[ids.index(target) :])
        return self

    def _actions(self, actions: list[dict[str, Any]]) -> str | None:
        """Carry actions out; returns where to go on, if a node says so."""
        for action in actions:
            self.visited.append(action["id"])
            assert len(self.visited) < 500, "it does not end"
            target = getattr(self, "_" + _SNAKE.sub("_", action["kind"]).lower())(action)
            if target or self.transfer:
                return target
        return None

    @property
    def _values(self) -> Topic:
        return Topic(self.variables)

    def _set(self, variable: str, value: Any) -> None:
        name = variable.removeprefix("init:")
        if not variable.startswith("init:") and name not in self.variables:
            raise NameError(f"{name} is set before it is made")
        self.variables[name] = value

    def _set_variable(self, node):
        self._set(node["variable"], self._values.value(node["value"]))

    def _question(self, node):
        self.said.append(self._values.text(node["prompt"]))
        default = self._values.value(node.get("defaultValue", ""))
        self._set(node["variable"], self.replies.get(node["id"], default))

    def _send_activity(self, node):
        self.said.append(self._values.text(node["activity"]))

    def _condition_group(self, node):
        for each in node["conditions"]:
            if self._values.value(each["condition"]) is True:
                self.visited.append(each["id"])
                return self._actions(each.get("actions", []))
        return self._actions(node.get("elseActions", []))

    def _goto_action(self, node):
        return node["actionId"]

    def _invoke_flow_action(self, node):
        found = self.call(node, self._given(node))
        for name, variable in node["output"]["binding"].items():
            self._set(variable, found[name])

    def _invoke_connector_action(self, node):
        try:
            self._set(node["output"]["variable"], self.call(node, self._given(node)))
        except Failed as failed:
            self.variables.setdefault("Topic.LinkAnswer", None)
            self._set(node["errorHandling"]["statusCode"], str(failed))

    def _given(self, node):
        return {name: self._values.value(value) for name, value in node["input"]["binding"].items()}

    def _transfer_conversation_v2(self, node):
        self.transfer = {
            "message": self._values.text(node["transferType"]["messageToAgent"]),
            "outcome": node["conversationOutcome"],
            "variables": {name.split(".")[1]: value for name, value in self.variables.items()},
        }
