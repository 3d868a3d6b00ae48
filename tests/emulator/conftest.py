"""An emulator per test, and a client for it that adds nothing but a token and the headers every request needs."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from dev.emulator import Emulator
from dev.emulator.identity import CLIENT_ID
from dev.emulator.start_rows import ROOT_UNIT

ROOT = "/api/data/v9.2/"


@dataclass
class Answer:
    """Status, headers (lower case) and JSON of one part of a batch answer."""

    status: int
    headers: dict[str, str]
    body: Any


class Web:
    """Plain requests against the emulator, as the user of a client id; a path may be one below the service root."""

    def __init__(self, emu: Emulator, client_id: str = CLIENT_ID) -> None:
        self.emu = emu
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"Accept": "application/json", "OData-Version": "4.0", "OData-MaxVersion": "4.0"})
        self.session.headers["Authorization"] = f"Bearer {emu.identity.token(client_id=client_id)[0]}"

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Any request."""
        url = path if path.startswith("http") else f"{self.emu.url}{ROOT}{path}"
        return self.session.request(method, url, **options)

    def get(self, path: str, prefer: str = "", **params: Any) -> requests.Response:
        """A GET; keywords are query options without their dollar sign."""
        options = {f"${name}": value for name, value in params.items()}
        return self.send("GET", path, params=options, headers={"Prefer": prefer} if prefer else None)

    def ids(self, entity_set: str, filter: str) -> list[str]:
        """The keys of the rows that a filter selects, by the last digits of their readable ids."""
        answer = self.get(entity_set, filter=filter, select=_KEYS[entity_set])
        assert answer.status_code == 200, answer.text
        return [row[_KEYS[entity_set]][-2:].lstrip("0") for row in answer.json()["value"]]

    def patch(self, path: str, body: Any, **headers: str) -> requests.Response:
        """A PATCH; underscores in header names are dashes."""
        return self.send("PATCH", path, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def batch(self, *parts: str, prefer: str = "") -> tuple[requests.Response, list[Answer]]:
        """A batch of ready-made parts (see `part` and `change_set`), and its answers."""
        mark = f"batch_{uuid.uuid4()}"
        body = "".join(f"--{mark}\r\n{part}" for part in parts) + f"--{mark}--\r\n"
        headers = {"Content-Type": f'multipart/mixed; boundary="{mark}"'} | ({"Prefer": prefer} if prefer else {})
        answer = self.send("POST", "$batch", data=body.encode(), headers=headers)
        return answer, answers(answer.text)

    @staticmethod
    def error(answer: requests.Response) -> tuple[int, str]:
        """Status and code of a refusal."""
        return answer.status_code, answer.json()["error"]["code"]

    def add(self, entity_set: str, **row: Any) -> str:
        """POST a row that must be taken; returns its id. Double underscores in names stand for ``@odata.``."""
        answer = self.send("POST", entity_set, json={name.replace("__", "@odata."): row[name] for name in row})
        assert answer.status_code == 204, answer.text
        return answer.headers["OData-EntityId"][-37:-1]

    @staticmethod
    def part(method: str, path: str, body: Any = None, content_id: str = "", **headers: str) -> str:
        """One request of a batch."""
        lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
        lines += [f"Content-ID: {content_id}"] if content_id else []
        lines += ["", f"{method} {path if path.startswith(('$1', 'http')) else ROOT + path} HTTP/1.1"]
        lines += ["Content-Type: application/json; type=entry"] if body is not None else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", "" if body is None else json.dumps(body), ""])

    @staticmethod
    def change_set(*parts: str) -> str:
        """Requests that belong together."""
        inner = "".join(f"--changes\r\n{part}" for part in parts)
        return f'Content-Type: multipart/mixed; boundary="changes"\r\n\r\n{inner}--changes--\r\n\r\n'


_KEYS = {
    "accounts": "accountid",
    "contacts": "contactid",
    "incidents": "incidentid",
    "msdyn_ocliveworkitems": "activityid",
    "leads": "leadid",
}


def answers(text: str) -> list[Answer]:
    """The HTTP answers inside a multipart text, in order."""
    found = []
    for piece in text.split("HTTP/1.1 ")[1:]:
        head, _, body = piece.partition("\r\n\r\n")
        status, *lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        body = body.partition("\r\n--")[0]
        found.append(Answer(int(status[:3]), headers, json.loads(body) if body.startswith("{") else body))
    return found


@pytest.fixture
def emu() -> Iterator[Emulator]:
    """The emulator with its demo data."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def web(emu: Emulator) -> Iterator[Web]:
    """A client for it."""
    client = Web(emu)
    yield client
    client.session.close()


@pytest.fixture
def caller(emu: Emulator) -> Iterator[Callable[..., Web]]:
    """A client for a caller with just these privileges: ``caller(prvReadContact="Local")``."""
    clients: list[Web] = []

    def make(unit: str = ROOT_UNIT, client_id: str = "50000000-0000-4000-8000-000000000001", **privileges: str) -> Web:
        emu.grant(client_id, privileges, unit)
        clients.append(Web(emu, client_id))
        return clients[-1]

    yield make
    for client in clients:
        client.session.close()
