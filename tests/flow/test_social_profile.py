"""A social profile that the platform names: its customer, where nobody else is described."""

from __future__ import annotations

import pytest

WHATSAPP = "b0000000-0000-4000-8000-000000000026"
PROFILE = "80000000-0000-4000-8000-000000000001"
PATRICK, MARIA = (f"c0000000-0000-4000-8000-00000000000{number}" for number in (4, 1))


def test_the_customer_of_a_named_profile_is_linked(app) -> None:
    """Nothing typed, nobody there: the profile's customer and the only active case, at the level of the channel."""
    answer = app.link(WHATSAPP, msdyn_SocialProfileId=PROFILE)
    assert (answer["customerId"], answer["customerMatchedBy"]) == (PATRICK, "profile")
    assert (answer["caseStatus"], answer["identityLevel"]) == ("linked", "channel")


def test_what_is_typed_counts_before_the_profile(app) -> None:
    """A profile never stands against what describes a customer."""
    answer = app.link(WHATSAPP, msdyn_SocialProfileId=PROFILE, Email="maria.campbell@example.com")
    assert (answer["customerId"], answer["customerMatchedBy"]) == (MARIA, "Email")


@pytest.mark.parametrize("profile", ["US.1349", "80000000-0000-4000-8000-0000000000ff", "{}", "x" * 500])
def test_a_profile_that_there_is_not(app, profile) -> None:
    """An id of the channel's own, or of no row: nobody is described, and nothing fails."""
    answer = app.link(WHATSAPP, msdyn_SocialProfileId=profile)
    assert (answer["status"], answer["customerStatus"]) == ("not_linked", "not_given")


def test_a_profile_without_customer_or_of_an_inactive_one(app) -> None:
    """A profile is linked to nobody, or to a contact who is not active any more: nobody is linked."""
    app.dataverse.update("contacts", PATRICK, {"statecode": 1, "statuscode": 2})
    assert app.link(WHATSAPP, msdyn_SocialProfileId=PROFILE)["customerStatus"] == "not_given"
    empty = app.dataverse.insert("socialprofiles", {"profilename": "nobody's"})
    assert app.link(WHATSAPP, msdyn_SocialProfileId=str(empty))["customerStatus"] == "not_given"


def test_profiles_that_may_not_be_read_cost_the_profile_alone(app) -> None:
    """Without the privilege the link by what was typed goes on."""
    app.dataverse.denied = {"prvReadSocialProfile"}
    assert app.link(WHATSAPP, msdyn_SocialProfileId=PROFILE)["customerStatus"] == "not_given"
    assert app.link(WHATSAPP, msdyn_SocialProfileId=PROFILE, Email="maria.campbell@example.com")["status"] == "linked"


def test_the_profile_raises_no_level_of_another_conversation(app) -> None:
    """Whoever names somebody's profile is not that customer: the level follows what the conversation itself has."""
    answer = app.link("b7397aae-ecf8-43a6-aeb0-07d294efb494", msdyn_SocialProfileId=PROFILE)
    assert (answer["customerId"], answer["identityLevel"]) == (PATRICK, "claimed")
