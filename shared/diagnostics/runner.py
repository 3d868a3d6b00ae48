"""The course of a diagnosis: what is asked in which order, and what is left out once something is in the way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from shared.contract.parsing import guid
from shared.contract.requests import WRONG_CONVERSATION_ID
from shared.core.context import RequestContext
from shared.core.errors import DataverseRefused, DataverseUnavailable, LinkerError
from shared.dataverse.batch import Get
from shared.dataverse.client import DataverseClient
from shared.diagnostics import environment_checks, identity_checks, privilege_checks, queries, table_checks
from shared.diagnostics.report import CALLER, Report, bad, good, of_error
from shared.diagnostics.requirements import tables
from shared.resolver.queries import conversation_get
from shared.settings import Settings

UNKNOWN_PRIVILEGES = (
    "Dataverse does not tell the app which privileges it holds; give its security role Read on User and Organization, "
    "or compare the role with the documented table."
)


class Stopped(Exception):
    """Nothing further can be looked at; the report says why."""


class Diagnosis:
    """One diagnosis of one environment; `report` grows while it runs. Nothing is written.

    `conversation_id`: one conversation to look at, as the caller wrote it; "" for none.
    """

    def __init__(self, settings: Settings, dataverse: DataverseClient, create_case: bool, conversation_id: str) -> None:
        self.report = Report()
        self._settings = settings
        self._dataverse = dataverse
        self._uses = tables(settings, create_case)
        self._create_case = create_case
        self._conversation_id = conversation_id

    def run(self, context: RequestContext) -> None:
        """Look at everything."""
        self.report.add(environment_checks.settings(self._settings))
        self.report.add(environment_checks.link_policy(self._settings.link_policy))
        try:
            user_id = self._sign_in(context)
            if self._conversation_id:
                self._conversation(context)
            found = self._rows(context)
            definitions = self._definitions(found, context)
            self._security(definitions, context)
            held = self._privileges(definitions, user_id, context)
            self._omnichannel(held, context)
        except Stopped:
            pass

    def _sign_in(self, context: RequestContext) -> str:
        """Token and WhoAmI; the id of our user."""
        with self._essential("sign-in", "token"):
            token = self._dataverse.tokens.get(context.deadline)
        self.report.add(environment_checks.token(token.token, token.expires_on))
        with self._essential("sign-in", "WhoAmI"):
            greeting = self._dataverse.who_am_i(context)
            user_id = _guid(greeting.user_id)
        self.report.add(good("sign-in", "WhoAmI", f"application user {user_id}"))
        with self._essential("distance", "round trip"):
            again = self._dataverse.who_am_i(context)  # the first one also made the connection
        self.report.extend(environment_checks.distance(again, time.time(), self._settings.budget_seconds))
        return user_id

    def _conversation(self, context: RequestContext) -> None:
        try:
            conversation_id = guid(self._conversation_id)
        except ValueError:
            self.report.add(bad("conversation", "conversation", WRONG_CONVERSATION_ID, CALLER, needed=False))
            return
        with self._advisory("conversation", conversation_id):
            found = self._dataverse.survey({conversation_id: conversation_get(conversation_id)}, context)
            self.report.add(environment_checks.conversation(conversation_id, found[conversation_id]))

    def _rows(self, context: RequestContext) -> queries.Rows:
        """One row of each table; what came of it."""
        with self._essential("rows", "rows"):
            found = self._dataverse.survey(queries.rows(self._uses), context)
        self.report.extend(table_checks.rows(self._uses, found))
        self.report.add(environment_checks.workstreams(found, self._settings))
        return found

    def _definitions(self, found: queries.Rows, context: RequestContext) -> queries.Definitions:
        """The definitions of the tables; {} where they cannot be had, and the rows that were read have to do."""
        definitions: queries.Definitions = {}
        with self._advisory("columns", "table definitions"):
            answers = self._dataverse.survey(queries.definitions(self._uses), context)
            definitions = answers
        self.report.extend(table_checks.columns(self._uses, found, definitions))
        self.report.extend(table_checks.navigations(self._uses, found, definitions))
        return definitions

    def _security(self, definitions: queries.Definitions, context: RequestContext) -> None:
        """Columns under column security are readable where a value of theirs is seen."""
        reads: dict[queries.Asked, Get[queries.Seen]] = {}
        for use in self._uses:
            reads |= queries.with_a_value(use, table_checks.secured_columns(use, definitions))
        with self._advisory("column security", "column security"):
            proofs = self._dataverse.survey(reads, context) if reads else {}
            self.report.extend(table_checks.security(self._uses, definitions, proofs))

    def _privileges(
        self, definitions: queries.Definitions, user_id: str, context: RequestContext
    ) -> privilege_checks.GrantedPrivileges | None:
        """Each privilege with its depth; None and advice where Dataverse does not tell the app what it holds."""
        area, name = "privileges", "privileges of the application user"
        try:
            held = privilege_checks.GrantedPrivileges(self._dataverse.get(queries.privileges(user_id), context))
        except DataverseUnavailable as error:
            self.report.add(of_error(area, name, error, needed=False))
        except LinkerError:
            self.report.add(bad(area, name, UNKNOWN_PRIVILEGES, found="cannot be read", needed=False))
        else:
            self.report.extend(privilege_checks.checks(self._uses, definitions, held))
            return held
        return None

    def _omnichannel(self, held: privilege_checks.GrantedPrivileges | None, context: RequestContext) -> None:
        """What Omnichannel recorded of who is on a conversation, and whether its agent creates cases, too."""
        with self._advisory(identity_checks.AREA, "what Omnichannel recorded"):
            others = queries.agent_cases() if self._create_case else {}
            found = self._dataverse.survey({**identity_checks.reads(), **others}, context)
            self.report.extend(identity_checks.checks(found, held))
            if self._create_case:
                self.report.add(environment_checks.agent_cases(found))

    @contextmanager
    def _essential(self, area: str, name: str) -> Iterator[None]:
        """What goes wrong in here ends the diagnosis.

        Raises:
            Stopped: something went wrong, and is in the report.
        """
        try:
            yield
        except LinkerError as error:
            self.report.add(of_error(area, name, error))
            raise Stopped from None

    @contextmanager
    def _advisory(self, area: str, name: str) -> Iterator[None]:
        """What goes wrong in here is reported, and the diagnosis goes on."""
        try:
            yield
        except LinkerError as error:
            self.report.add(of_error(area, name, error, needed=False))


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise DataverseRefused("DATAVERSE_URL does not answer as Dataverse does; check it.") from None
