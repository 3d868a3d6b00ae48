"""Faults: what a test can make go wrong, and that it goes wrong exactly so."""

from __future__ import annotations

import time

import pytest
import requests

from dev.emulator import Fault, someone_changes, throttled

OPEN_ID = "b7397aae-ecf8-43a6-aeb0-07d294efb494"
OPEN = f"msdyn_ocliveworkitems({OPEN_ID})"
GOOD = "contacts?$select=fullname&$top=1"


def test_status(web):
    """A status with code, message and Retry-After, once, then as before."""
    web.emu.faults.add(throttled(7))
    answer = web.get("contacts")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["error"]["code"] == "0x80072322"
    assert web.get("contacts").status_code == 200
    assert web.emu.faults.injected == {"throttled": 1}


def test_without_retry_after(web):
    """A 503 may come without Retry-After."""
    web.emu.faults.add(Fault(status=503))
    answer = web.get("contacts")
    assert answer.status_code == 503
    assert "Retry-After" not in answer.headers


def test_matchers(web):
    """method, path, after and times choose the calls."""
    web.emu.faults.add(Fault(status=500, method="GET", path="contacts", after=1, times=2))
    seen = [
        web.get(path).status_code for path in ("accounts", "contacts", "contacts", "accounts", "contacts", "contacts")
    ]
    assert seen == [200, 200, 500, 200, 500, 200]


def test_drop_before(web):
    """A connection that is cut before the call has changed nothing."""
    web.emu.faults.add(Fault(drop="before", method="PATCH"))
    with pytest.raises(requests.ConnectionError):
        web.patch(OPEN, {"subject": "x"})
    assert web.emu.row("msdyn_ocliveworkitems", OPEN_ID)["subject"] != "x"
    assert web.emu.calls[-1].status == 0


def test_drop_after(web):
    """A connection that is cut after the call has lost the answer only."""
    web.emu.faults.add(Fault(drop="after", method="PATCH"))
    with pytest.raises(requests.ConnectionError):
        web.patch(OPEN, {"subject": "x"})
    assert web.emu.row("msdyn_ocliveworkitems", OPEN_ID)["subject"] == "x"


def test_latency(web):
    """Latency is added to each call of the environment, or to one by a fault."""
    web.emu.latency = 0.03
    started = time.perf_counter()
    web.get("WhoAmI")
    web.emu.latency = 0.0
    web.emu.faults.add(Fault(latency=0.03))
    web.get("WhoAmI")
    assert time.perf_counter() - started >= 0.06


def test_drip(web):
    """An answer that drips in is whole in the end."""
    web.emu.faults.add(Fault(drip=0.001))
    assert web.get("contacts", select="fullname", top=1).json()["value"]


def test_expire_token(web):
    """The token of the call is refused from then on; a new one works."""
    web.emu.faults.add(Fault(expire_token=True))
    assert [web.get("WhoAmI").status_code for _ in range(2)] == [401, 401]
    web.session.headers["Authorization"] = f"Bearer {web.emu.identity.token()[0]}"
    assert web.get("WhoAmI").status_code == 200


def test_concurrent_change(web):
    """Another user changes the conversation between read and write."""
    tag = web.get(OPEN, select="subject").headers["ETag"]
    web.emu.faults.add(Fault(concurrent=someone_changes(), method="PATCH"))
    assert web.patch(OPEN, {"subject": "x"}, If_Match=tag).status_code == 412
    assert web.emu.row("msdyn_ocliveworkitems", OPEN_ID)["msdyn_title"] == "Changed meanwhile"


def test_concurrent_change_of_choice(web):
    """The other user may do anything, and the id may be named."""
    customer = {"msdyn_customer_msdyn_ocliveworkitem_contact": "c0000000-0000-4000-8000-000000000008"}
    web.emu.faults.add(Fault(concurrent=someone_changes(OPEN_ID, **customer)))
    assert web.get(OPEN, select="_msdyn_customer_value").json()["_msdyn_customer_value"].endswith("8")


def test_part_of_a_batch(web):
    """A fault for a part strikes that request only, inside the answer."""
    web.emu.faults.add(Fault(status=429, code="0x80072326", retry_after=1, part=1))
    outer, parts = web.batch(*[web.part("GET", GOOD)] * 3, prefer="odata.continue-on-error")
    assert [part.status for part in parts] == [200, 429, 200]
    assert parts[1].headers["retry-after"] == "1"
    assert outer.status_code == 200


def test_concurrent_change_in_a_batch(web):
    """Before a batch that names the conversation the ready-made change finds it inside."""
    web.emu.faults.add(Fault(concurrent=someone_changes(), path="$batch"))
    _, parts = web.batch(web.part("GET", f"{OPEN}?$select=msdyn_title"))
    assert parts[0].body["msdyn_title"] == "Changed meanwhile"


def test_token_endpoint(web):
    """Faults for the token endpoint are kept apart."""
    web.emu.faults.add(Fault(status=503, target="token"))
    assert web.get("WhoAmI").status_code == 200
    endpoint = web.emu.settings["IDENTITY_ENDPOINT"]
    assert web.send("GET", endpoint).status_code == 503
    assert web.emu.token_calls[-1].status == 503


def test_plan_is_repeatable(web):
    """A seeded plan draws the same faults for the same calls, about as many as the rate says, and counts them."""
    runs = []
    for _ in range(2):
        web.emu.reset()
        web.emu.faults.plan(seed=7, rate=0.3, kinds=["throttled", "unavailable", "bad_gateway"])
        runs.append([web.get("WhoAmI").status_code for _ in range(60)])
    assert runs[0] == runs[1]
    faulty = sum(status != 200 for status in runs[0])
    assert 8 <= faulty <= 30
    assert sum(web.emu.faults.injected.values()) == faulty
    web.emu.faults.clear()
    assert web.get("WhoAmI").status_code == 200


def test_every_kind_of_a_plan(web):
    """Every kind can be drawn, batches and tokens included, and the emulator lives on."""
    web.emu.faults.plan(seed=1, rate=1.0)
    for _ in range(60):
        try:
            web.batch(web.part("GET", f"{OPEN}?$select=subject"))
            web.send("GET", web.emu.settings["IDENTITY_ENDPOINT"])
        except requests.ConnectionError:
            pass
    web.emu.faults.clear()
    assert {"throttled", "drop_before", "drop_after", "part_throttled", "token_unavailable"} <= set(
        web.emu.faults.injected
    )


def test_unknown_kind(web):
    """A kind that does not exist is named."""
    with pytest.raises(ValueError, match="meteor"):
        web.emu.faults.plan(seed=1, rate=1.0, kinds=["meteor"])


def test_reset(web):
    """reset() takes everything back to the start."""
    emu = web.emu
    emu.faults.add(Fault(status=500))
    emu.denied, emu.member, emu.latency = {"prvReadContact"}, False, 1.0
    emu.insert("contacts", {"lastname": "x"})
    emu.reset()
    assert emu.calls == []
    assert web.get("contacts/$count").text.endswith("19")
