"""The course of a diagnosis: what is asked in which order, and what is left out once something is in the way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from .. import search
from ..batch import Get
from ..dataverse import Dataverse
from ..deadline import Trip
from ..errors import DataverseRefused, DataverseUnavailable, LinkerError
from ..settings import Settings
from . import environment_checks, privilege_checks, survey, table_checks
from .report import CALLER, Report, bad, good, of_error
from .uses import tables

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

    def __init__(self, settings: Settings, dataverse: Dataverse, create_case: bool, conversation_id: str) -> None:
        self.report = Report()
        self._settings = settings
        self._dataverse = dataverse
        self._uses = tables(settings, create_case)
        self._conversation_id = conversation_id

    def run(self, trip: Trip) -> None:
        """Look at everything."""
        self.report.add(environment_checks.settings(self._settings))
        try:
            user_id = self._sign_in(trip)
            if self._conversation_id:
                self._conversation(trip)
            found = self._rows(trip)
            definitions = self._definitions(found, trip)
            self._security(definitions, trip)
            self._privileges(definitions, user_id, trip)
        except Stopped:
            pass

    def _sign_in(self, trip: Trip) -> str:
        """Token and WhoAmI; the id of our user."""
        with self._essential("sign-in", "token"):
            token = self._dataverse.tokens.get()
        self.report.add(environment_checks.token(token, self._dataverse.tokens.expires))
        with self._essential("sign-in", "WhoAmI"):
            greeting = self._dataverse.who_am_i(trip)
            user_id = _guid(greeting.user_id)
        self.report.add(good("sign-in", "WhoAmI", f"application user {user_id}"))
        with self._essential("distance", "round trip"):
            again = self._dataverse.who_am_i(trip)  # the first one also made the connection
        self.report.extend(environment_checks.distance(again, time.time(), self._settings.budget_seconds))
        return user_id

    def _conversation(self, trip: Trip) -> None:
        try:
            conversation_id = str(UUID(self._conversation_id))
        except ValueError:
            mend = "conversationId must be a GUID; pass msdyn_ConversationId, never va_ConversationId."
            self.report.add(bad("conversation", "conversation", mend, CALLER, needed=False))
            return
        with self._advisory("conversation", conversation_id):
            found = self._dataverse.survey(search.conversation_read(conversation_id), trip)
            self.report.add(environment_checks.conversation(conversation_id, found))

    def _rows(self, trip: Trip) -> survey.Answers:
        """One row of each table; what came of it."""
        with self._essential("rows", "rows"):
            found = self._dataverse.survey(survey.rows(self._uses), trip)
        self.report.extend(table_checks.rows(self._uses, found))
        self.report.add(environment_checks.workstreams(found, self._settings))
        return found

    def _definitions(self, found: survey.Answers, trip: Trip) -> survey.Answers:
        """The definitions of the tables; {} where they cannot be had, and the rows that were read have to do."""
        definitions: survey.Answers = {}
        with self._advisory("columns", "table definitions"):
            definitions = self._dataverse.survey(survey.definitions(self._uses), trip)
        self.report.extend(table_checks.columns(self._uses, found, definitions))
        self.report.extend(table_checks.navigations(self._uses, found, definitions))
        return definitions

    def _security(self, definitions: survey.Answers, trip: Trip) -> None:
        """Columns under column security are readable where a value of theirs is seen."""
        reads: dict[str, Get] = {}
        for use in self._uses:
            reads |= survey.with_a_value(use, table_checks.secured_columns(use, definitions))
        with self._advisory("column security", "column security"):
            proofs = self._dataverse.survey(reads, trip) if reads else {}
            self.report.extend(table_checks.security(self._uses, definitions, proofs))

    def _privileges(self, definitions: survey.Answers, user_id: str, trip: Trip) -> None:
        """Each privilege with its depth; advice where Dataverse does not tell the app what it holds."""
        area, name = "privileges", "privileges of the application user"
        try:
            held = privilege_checks.Held(self._dataverse.get(survey.privileges(user_id), trip))
        except DataverseUnavailable as error:
            self.report.add(of_error(area, name, error, needed=False))
        except LinkerError:
            self.report.add(bad(area, name, UNKNOWN_PRIVILEGES, found="cannot be read", needed=False))
        else:
            self.report.extend(privilege_checks.checks(self._uses, definitions, held))

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
        """What goes wrong in here is told, and the diagnosis goes on."""
        try:
            yield
        except LinkerError as error:
            self.report.add(of_error(area, name, error, needed=False))


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise DataverseRefused("DATAVERSE_URL does not answer as Dataverse does; check it.") from None
