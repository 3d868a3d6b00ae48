"""The emulated environment as a whole: server, tables, tokens, faults, and what tests may look at and set."""

# ruff: noqa: S608 -- identifiers come from the schema, values are bound parameters
from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from dev.http.server import Handler, Server

from .api import Api
from .calls import Call
from .collation import Collation
from .faults import Faults
from .gateway import Gateway
from .identity import CLIENT_ID, Identity
from .identity import PATH as TOKEN_PATH
from .privileges import Privileges
from .schema import Table
from .seed import Data, Seeder, public, table_of
from .start_rows import PERSON
from .store import Row, Store
from .test_controls import SecurityControls
from .tls import Certificate
from .writer import Writer


@dataclass(frozen=True, slots=True)
class Write:
    """One write that was accepted: the row before and after, as `Emulator.row` shows it; None where there is none.

    ``call`` is the call that was being answered; what `Fault.concurrent` writes comes with the call that it struck.
    """

    entity_set: str
    id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    call: Call | None


class Emulator(SecurityControls):
    """An embedded Dataverse. Use it as a context manager, or `start` and `stop` it.

    ``data`` None: the shipped demo data; a path to JSON or a dict ``{entity set: [rows]}`` (see `seed`); ``{}`` for
    empty tables. A file ``db`` that holds rows already keeps them. ``port`` 0 takes any free one.
    ``accent_sensitive``: see `collation`. ``fallback_handler`` answers every path that is neither the Web API's nor the
    token endpoint's, unrecorded and without faults; None: Dataverse answers them too.

    What tests set, all undone by `reset`: ``latency``, seconds before each answer of the Web API; ``clock_shift``,
    seconds by which its clock (the ``Date`` header) is ahead; `denied`, `member`, `depths`, `secured`, `missing_tables`
    and what `grant`, `grant_team` and `permit` make, see there. `settings` sign in as the built-in administrator, who
    may do everything; ``settings_of(client_id)`` as the application user of a client id. Rows belong to
    `start_rows.PERSON`, a few of the demo data to `start_rows.CHILD_PERSON` in a business unit below, none to a
    caller.
    """

    def __init__(
        self,
        data: Data | Path | None = None,
        db: str | Path = ":memory:",
        port: int = 0,
        tls: bool = False,
        host: str = "127.0.0.1",
        accent_sensitive: bool = False,
    ) -> None:
        self.calls: list[Call] = []
        self.token_calls: list[Call] = []
        self.recording = True
        self.latency = 0.0
        self.clock_shift = 0.0
        self.fallback_handler: Handler | None = None
        self.faults = Faults()
        self.identity = Identity()
        self._data, self._tls = data, tls
        self._db, self._host, self._port = str(db), host, port
        self._collation = Collation(accent_sensitive)
        self._server: Server | None = None

    def start(self) -> Emulator:
        """Open the tables, fill them if they are empty, listen. ValueError for data that does not fit the tables."""
        self._certificate = Certificate() if self._tls else None
        self._store = Store(self._db, self._collation)
        try:
            self.privileges = Privileges(self._store)
            self._seeder = Seeder(self._store, Writer(self._store, Privileges(trusted=PERSON)))
            if self._store.is_empty():
                self._seeder.load(self._data)
            self._seeder.prepare()
            context = self._certificate.context() if self._certificate else None
            self._server = Server(
                lambda request: self._gateway.handle(request), self._host, self._port, context, self._clock
            )
        except BaseException:
            self._close()
            raise
        self.url = self._server.url
        self.identity.resource = self.url
        self._gateway = Gateway(self, Api(self._store, self.privileges, self.url))
        self._server.start()
        return self

    def _clock(self) -> float:
        return time.time() + self.clock_shift

    def stop(self) -> None:
        """End every connection and close the tables."""
        if self._server:
            self._gateway.stop()
            self._server.stop()
            self._server = None
            self._close()

    def _close(self) -> None:
        self._store.close()
        if self._certificate:
            self._certificate.remove()

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def settings(self) -> dict[str, str]:
        """Environment variables that point an app here, signed in by azure-identity's ManagedIdentityCredential."""
        found = {
            "DATAVERSE_URL": self.url,
            "IDENTITY_ENDPOINT": self.url + TOKEN_PATH,
            "IDENTITY_HEADER": self.identity.header,
            "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
        }
        return found | ({"REQUESTS_CA_BUNDLE": str(self._certificate.path)} if self._certificate else {})

    def settings_of(self, client_id: str) -> dict[str, str]:
        """`settings` for an app that signs in by a user-assigned identity; the client id becomes one of the app's."""
        self.identity.identities.add(client_id.lower())
        return self.settings | {"AZURE_CLIENT_ID": client_id}

    def reset(self) -> None:
        """Data, faults, calls, latency, clock, identities, users, roles and controls as at the start."""
        self.faults.clear()
        self.faults.injected.clear()
        self.calls.clear()
        self.token_calls.clear()
        self.latency = self.clock_shift = 0.0
        self.privileges.reset()
        self.identity.identities = {CLIENT_ID}
        with self._store.transaction():
            self._store.clear()
            self._seeder.load(self._data)

    def row(self, entity_set: str, id: str) -> dict[str, Any] | None:
        """A row as stored; a lookup is ``_name_value`` with the logical name of its target in ``_name_value@type``."""
        table = table_of(entity_set)
        return public(table, self._store.get(table, id.lower()))

    def rows(self, entity_set: str) -> list[dict[str, Any]]:
        """Every row of a table, ordered by id."""
        table = table_of(entity_set)
        found = self._store.query(f'SELECT * FROM "{table.logical}" ORDER BY "{table.key}"')
        return [public(table, dict(row)) or {} for row in found]

    def insert(self, entity_set: str, row: Mapping[str, Any]) -> str:
        """Add a row in the format of the demo data (see `seed`); returns its id. ValueError for what does not fit."""
        return self._seeder.insert(entity_set, row)

    def update(self, entity_set: str, id: str, changes: Mapping[str, Any]) -> None:
        """Change a row as another user would: its ETag changes. KeyError where there is none."""
        self._seeder.update(entity_set, id, changes)

    def delete(self, entity_set: str, id: str) -> None:
        """Delete a row as another user would. KeyError where there is none."""
        self._seeder.delete(entity_set, id)

    def observe(self, observer: Callable[[Write], None] | None) -> None:
        """From now on report every write to `observer`, in their order and before anybody else sees it.

        It must not write, nor take long: every call waits for it. None: nobody any more.
        """

        def report(table: Table, key: str, before: Row | None, after: Row | None) -> None:
            if observer:
                write = Write(
                    table.entity_set, key, public(table, before), public(table, after), self._gateway.current_call
                )
                observer(write)

        self._store.observer = report if observer else None

    @property
    def current_call(self) -> Call | None:
        """Inside `Fault.concurrent`: the call that was struck."""
        return self._gateway.current_call
