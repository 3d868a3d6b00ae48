"""The refusals of FetchXML, as `errors` has those of the rest."""

from __future__ import annotations

from .errors import CATCH_ALL, ApiError


def fetch_xml(message: str) -> ApiError:
    """FetchXML that is malformed, or none (no page prints the code; the catch-all is a guess)."""
    return ApiError(400, CATCH_ALL, f"Invalid FetchXML: {message}")


def bad_fetch_value(text: str, column: str, edm: str) -> ApiError:
    """A value in FetchXML that is none of the column's type (words and code are a guess)."""
    return ApiError(400, "0x80040203", f"The value '{text}' of the condition on '{column}' is not of type '{edm}'.")


def no_entity(name: str) -> ApiError:
    """A table in FetchXML that does not exist (QueryBuilderNoEntity)."""
    return ApiError(400, "0x80041102", f"The entity with a name = '{name}' was not found in the MetadataCache.")


def no_attribute(name: str, table: str) -> ApiError:
    """A column in FetchXML that the table does not have (QueryBuilderNoAttribute)."""
    return ApiError(400, "0x80041103", f"'{table}' entity doesn't contain attribute with Name = '{name}'.")


def other_entity_set(name: str, entity_set: str) -> ApiError:
    """FetchXML for another table than the set in the URL ("Use FetchXML to retrieve data"; the code is a guess)."""
    return ApiError(
        400, CATCH_ALL, f"The entity '{name}' in the fetchXml does not match the entity set '{entity_set}'."
    )


def too_many_links() -> ApiError:
    """More than 15 link-entity elements ("Join tables using FetchXml")."""
    return ApiError(400, "0x8004430D", "Number of link entities in query exceeded maximum limit.")
