"""Every refusal that the emulated Web API knows, with status, code and message.

The texts and codes are those of the documentation ("Compose HTTP requests and handle errors", "Web service
error codes", "Web API client errors"); where it is silent the docstring of the function says so.
"""

from __future__ import annotations

CATCH_ALL = "0x80060888"
PAYLOAD = "0x80048d19"


class ApiError(Exception):
    """A call that is answered with an OData error body.

    ``status`` is the HTTP status, ``code`` the hexadecimal text of the error, ``message`` its sentence, ``headers``
    what the answer carries besides.
    """

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def syntax(message: str = "Bad Request - Error in query syntax.") -> ApiError:
    """A request whose URL cannot be understood (field: 0x80060888 is the catch-all for it)."""
    return ApiError(400, CATCH_ALL, message)


def too_many_conditions() -> ApiError:
    """More conditions than a query may have (Web service error codes, TooManyConditionsInQuery)."""
    return ApiError(400, "0x8004430C", "Number of conditions in query exceeded maximum limit.")


def not_implemented(what: str) -> ApiError:
    """Something Dataverse has and this emulator has not: never a wrong answer instead."""
    return ApiError(501, CATCH_ALL, f"The emulator does not implement {what}.")


def unknown_segment(name: str) -> ApiError:
    """An entity set or action that does not exist (Web API client errors)."""
    return ApiError(404, "0x8006088a", f"Resource not found for the segment '{name}'.")


def unparsed_path(name: str) -> ApiError:
    """A bind to an entity set that does not exist (words, code and status as live environments answer a flow)."""
    return syntax(
        "URL was not parsed due to an ODataUnrecognizedPathException. "
        f"Resource not found for the segment '{name}' provided in the URL."
    )


def no_skip() -> ApiError:
    """``$skip``, which Dataverse does not have ("Query data"; the words as live environments answer)."""
    return syntax("Skip Clause is not supported in CRM")


def wrong_verb(url: str) -> ApiError:
    """A function called with another verb than GET (Web API client errors: 404, not 405)."""
    return ApiError(404, "", f"No HTTP resource was found that matches the request URI '{url}'.")


def method_not_allowed(method: str) -> ApiError:
    """A verb that this kind of resource does not take (Compose HTTP requests: 405)."""
    return ApiError(405, "0x0", f"The requested resource does not support http method '{method}'.")


def unknown_property(name: str, table: str) -> ApiError:
    """A column in a query option that the table does not have."""
    return ApiError(
        400, CATCH_ALL, f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'."
    )


def invalid_property(name: str, table: str) -> ApiError:
    """A column in a body that the table does not have (Web API client errors)."""
    return ApiError(
        400,
        "0x0",
        "An error occurred while validating input parameters: Microsoft.OData.ODataException: "
        f"Invalid property '{name}' was found in entity 'Microsoft.Dynamics.CRM.{table}'. ---> "
        "Microsoft.OData.ODataException: Does not support untyped value in non-open type.",
    )


def payload(entity_set: str, message: str) -> ApiError:
    """A body whose content does not fit the table."""
    return ApiError(
        400,
        PAYLOAD,
        f"Error identified in Payload provided by the user for Entity :'{entity_set}' ----> InnerException : {message}",
    )


def undeclared(entity_set: str, name: str) -> ApiError:
    """A bind to something that is no navigation property, or one in the wrong case (Web API client errors)."""
    return payload(
        entity_set,
        f"Microsoft.OData.ODataException: An undeclared property '{name}' which only has property annotations in the "
        "payload but no property value was found in the payload. In OData, only declared navigation properties and "
        "declared named streams can be represented as properties without values.",
    )


def wrong_type(entity_set: str, literal: str, edm: str) -> ApiError:
    """A JSON value of another type than the column's."""
    return payload(
        entity_set,
        f"Microsoft.OData.ODataException: Cannot convert the literal '{literal}' to the expected type '{edm}'.",
    )


def direct_lookup(entity_set: str) -> ApiError:
    """A value for ``_x_value``, which is read-only ("Web API properties")."""
    return payload(
        entity_set,
        "Microsoft.Crm.CrmException: CRM do not support direct update of Entity Reference properties, "
        "Use Navigation properties instead.",
    )


def too_long(column: str, table: str, length: int) -> ApiError:
    """A text that is longer than its column ("Execute batch operations")."""
    return ApiError(
        400,
        "0x80044331",
        f"A validation error occurred.  The length of the '{column}' attribute of the '{table}' entity "
        f"exceeded the maximum allowed length of '{length}'.",
    )


def out_of_range(column: str, table: str, value: object, accepted: str) -> ApiError:
    """A number that is no option of the choice (PicklistValueOutOfRange)."""
    return ApiError(
        400,
        "0x8004431A",
        f"A validation error occurred.  The value {value} of '{column}' on record of type '{table}' is outside "
        f"the valid range. Accepted Values: {accepted}",
    )


def not_settable(column: str, table: str, verb: str) -> ApiError:
    """A column that is not valid for create or update. What Dataverse answers is not documented: refused here."""
    return ApiError(400, "0x80040203", f"The column '{column}' of table '{table}' is not valid for {verb}.")


def required(column: str, table: str) -> ApiError:
    """A SystemRequired column without a value ("Update and delete": cannot be null; the code is a guess)."""
    return ApiError(400, "0x80040203", f"The column '{column}' of table '{table}' cannot be set to NULL.")


def no_customer() -> ApiError:
    """A case without a customer (unManagedidsincidentparentaccountandparentcontactnotpresent)."""
    return ApiError(400, "0x80044410", "You should specify a parent contact or account.")


def use_close_incident() -> ApiError:
    """A case that is resolved by an update (the words as live environments answer; the code is a guess)."""
    return ApiError(
        400,
        "0x80040203",
        "This message can not be used to set the state of incident to Resolved. In order to set state of incident to "
        "Resolved, use the CloseIncidentRequest message instead.",
    )


def bad_status(status: int, state: str, table: str, record: str) -> ApiError:
    """A status reason that does not belong to the state (InvalidStateCodeStatusCode; the HTTP status is a guess).

    The words as live environments log them: "1 is not a valid status code for state code IncidentState.Resolved on
    incident with Id …". ``state`` is such a name.
    """
    return ApiError(
        400, "0x80048408", f"{status} is not a valid status code for state code {state} on {table} with Id {record}."
    )


def read_only_record(table: str, record: str) -> ApiError:
    """A resolved case or an inactive account or contact: read-only until it is active again (table references)."""
    return ApiError(
        400, "0x80040203", f"The {table} with Id = {record} is not active. It is read-only until it is reactivated."
    )


def missing(table: str, record: str) -> ApiError:
    """No row of that id (ObjectDoesNotExist)."""
    return ApiError(404, "0x80040217", f"{table} With Id = {record} Does Not Exist")


def bad_key(table: str) -> ApiError:
    """A URL key that is neither the primary key nor an alternate key."""
    return ApiError(
        400,
        "0x80060890",
        f"The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.{table}'. Ensure that the "
        "names and number of key properties match the declared or alternate key properties for the resource.",
    )


def version_mismatch() -> ApiError:
    """If-Match names another version than the row has ("Perform conditional operations")."""
    return ApiError(
        412, "0x80060882", "The version of the existing record doesn't match the RowVersion property provided."
    )


def already_exists(code: str = "0x80060892") -> ApiError:
    """If-None-Match: * or a POST, and the row is there."""
    return ApiError(412, code, "A record with matching key values already exists.")
