"""The bench itself: its statistics and tables are right, and app and floor really do the same work."""

from __future__ import annotations

import json
import os

import pytest
import requests

from dev.bench import client_floor, cold, crowd, document, forms, instance, job
from dev.bench.client import Threads
from dev.bench.client_app import NotLinked
from dev.bench.crowd import Cell
from dev.bench.figures import Burst, Figures, figures
from dev.bench.goals import Goal, goals
from dev.bench.results import CANDIDATES, Results
from dev.bench.table import Table
from dev.emulator import Emulator
from shared.api.service import ApiRequest, Service


def figure(p50: float, rate: float = 100.0) -> Figures:
    """Figures with one value that matters."""
    return Figures(p50, p50 * 1.5, rate, 1.0, 10)


@pytest.fixture
def results():
    """A run in which the app takes 1.04, 1.5 and 1.01 times the floor."""
    races = {
        latency: {"app": figure(app), "floor": figure(floor), "sdk": figure(2.6 * app), "naive": figure(3 * app)}
        for latency, app, floor in ((0.0, 4.5, 3.0), (0.02, 46.8, 45.0), (0.08, 166.65, 165.0))
    }
    calls = {name: {"POST": 1.0, "PATCH": 1.0, "reads": 6.0} for name in CANDIDATES}
    cells = [
        Cell(threads, many, figure(45 + many, 200), figure(44 + many, 240), 0.5)
        for threads in (8, 32)
        for many in (1, 32)
    ]
    start = instance.Instance(instance.Start(357.0, 340.0), instance.Start(350.0, 345.0), 1.02, 0.98)
    instances = dict.fromkeys(instance.CASES, start)
    first = {name: cold.First(200, 80, 30) for name in CANDIDATES}
    shares = [cold.Share("this app", 40.0, 20), cold.Share("idna", 0.1, 5)]
    return Results(races, calls, dict.fromkeys(CANDIDATES, 0.0), cells, instances, first, shares, True)


def test_figures_are_in_milliseconds_and_one_disturbed_burst_does_not_count():
    """The rate is the median of the bursts."""
    bursts = [
        Burst([0.001, 0.003], 0.004, 0.002),
        Burst([0.002, 0.002], 0.004, 0.002),
        Burst([0.002, 0.002], 9.0, 0.002),
    ]
    found = figures(bursts)
    assert (found.p50, found.p95, found.requests) == (pytest.approx(2), pytest.approx(2.75), 6)
    assert found.per_second == pytest.approx(500)
    assert found.cpu == pytest.approx(1)


def test_nothing_measured_is_an_error():
    """No figure is made up."""
    with pytest.raises(ValueError, match="nothing was measured"):
        figures([])


def test_a_table_is_aligned_in_text_and_in_markdown():
    """Words to the left, figures to the right, a bar in a cell escaped."""
    table = Table("Title", ("name", "ms"), [("a|b", "1.5"), ("c", "10.25")])
    assert table.text() == "Title\nname     ms\n----  -----\na|b     1.5\nc     10.25"
    assert table.markdown().splitlines()[1] == "| ---- | ----: |"
    assert "a\\|b" in table.markdown()
    with pytest.raises(ValueError, match="2 cells"):
        Table("Title", ("name", "ms"), [("a",)])


def test_goals_say_by_how_much(results):
    """Reached with what to spare, or missed by what."""
    verdicts = {goal.words: goal.verdict for goal in goals(results)}
    assert verdicts["warm p50 at 20 ms per call, app / floor"] == "reached, 1% to spare"
    assert verdicts["warm p50 without latency, app / floor"] == "MISSED by 7.1%"
    assert "SDK / app" in " ".join(words for words, verdict in verdicts.items() if verdict.startswith("reached, 4%"))
    assert Goal("", 1.0, None).verdict == "not measured here"


def test_goals_of_the_sdk_are_left_open_where_it_cannot_run(results):
    """It needs Python 3.12; the other goals stay."""
    without = {latency: {name: found[name] for name in ("app", "floor")} for latency, found in results.races.items()}
    assert [goal.verdict for goal in goals(results._replace(races=without))].count("not measured here") == 1


def test_the_document_has_every_part(results):
    """Machine, date, goals; and every table can be printed."""
    text = document.document(results, "2 cores", "2026-01-01")
    for part in ("2 cores", "2026-01-01", "## Goals", "MISSED", "this app", "nan"):
        assert (part in text) is (part != "nan"), part
    assert all(table.text() for table in document.all_tables(results))


def test_enough_threads_are_the_fewest_that_bring_nearly_the_best():
    """95 % of the best rate is enough."""
    rates = {8: 100, 16: 196, 32: 200, 64: 190}
    cells = [
        Cell(threads, many, figure(1, rate), figure(1), 0.0) for threads, rate in rates.items() for many in (32, 128)
    ]
    few = [Cell(8, 8, figure(1, 999), figure(1), 0.0)]  # fewer at once than threads say nothing about threads
    assert crowd.enough_threads(few + cells) == 16


def test_import_times_are_grouped_between_start_and_end():
    """What Python loads before and what comes after does not count."""
    report = "\n".join(
        [
            "import time:  900 |   900 | site",
            cold.START,
            "import time:  100 |   100 |     json",
            "import time:  2000 |  2000 |   shared.models",
            "import time:  500 |  2600 | function_app",
            cold.END,
            "import time:  700 |   700 | azure.identity",
        ]
    )
    assert cold.grouped(report) == [("this app", 2.5, 2), ("Python's standard library", 0.1, 1)]


@pytest.mark.parametrize("at_once", [1, 4])
def test_a_client_does_each_number_once(at_once):
    """One by one, or several under way."""
    seen: list[int] = []
    seconds = Threads(seen.append, 2).run(10, 12, at_once)
    assert sorted(seen) == list(range(10, 22))
    assert len(seconds) == 12


def test_requests_of_one_conversation_name_the_customers_in_turn():
    """So every request has something to write."""
    assert [job.customer(number) for number in (0, job.LAP, 2 * job.LAP)] == [0, 1, 0]
    assert job.conversation(3, 5) == job.conversation(3, 5 + job.LAP) != job.conversation(2, 5)


def test_app_and_floor_ask_for_the_same_work_and_both_write(monkeypatch):
    """The floor replays the app's two calls; what it leaves in the tables is what the app would leave."""
    with Emulator(_data(job.conversation(2, 0), job.conversation(0, 1))) as emulator:
        for name, value in emulator.settings.items():
            monkeypatch.setenv(name, value)
        service = Service.from_environment(os.environ)
        recorded = []
        for number in (0, job.LAP):
            emulator.calls.clear()
            reply = service.link(ApiRequest(body=job.request(2, number)))
            assert json.loads(reply.body)["customerStatus"] == "linked"
            recorded.append([_recorded(call) for call in emulator.calls])
        emulator.calls.clear()
        with client_floor.session(emulator.identity.token()[0], 1) as own:
            client_floor.replay(0, recorded, emulator.url, own)(1)
        sent = _asked(recorded[0], job.conversation(2, 0))
        assert _asked(map(_recorded, emulator.calls), job.conversation(0, 1)) == sent
        assert [method for method, _ in sent] == ["POST", "PATCH"]
        row = emulator.row("msdyn_ocliveworkitems", job.conversation(0, 1))
        assert row["_msdyn_customer_value"] == job.CUSTOMERS[0].contact
        assert row["_msdyn_issueid_value"] == row["_regardingobjectid_value"] == job.CUSTOMERS[0].case
        assert isinstance(own, requests.Session)


def _data(*conversations):
    """The data of the bench with these of its many conversations."""
    data = job.data()
    data["msdyn_ocliveworkitems"] = [
        row for row in data["msdyn_ocliveworkitems"] if row["subject"] != "Bench" or row["activityid"] in conversations
    ]
    return data


def _recorded(call):
    own = ("authorization", "cookie")
    headers = {name: value for name, value in call.headers.items() if name not in own}
    body = call.body.decode("latin-1")
    parts = [f"{part.method} {part.path}" for part in call.parts]
    return {"method": call.method, "path": call.path, "headers": headers, "body": body, "parts": parts}


def _asked(calls, conversation):
    """Methods, with the paths that each call asks for; the id of the conversation taken out."""
    paths = [(call["method"], [call["path"], *call["parts"]]) for call in calls]
    return [(method, [path.replace(conversation, "") for path in each]) for method, each in paths]


@pytest.mark.parametrize("name", instance.MODULES)
def test_a_new_instance_links_in_what_is_deployed(name, tmp_path, monkeypatch):
    """App and bare code do the same job: customer and case are written; anything else is no measurement."""
    conversations = [job.conversation(job.BLOCKS - 1, number) for number in (0, 1)]
    instance.fill(tmp_path / "package")
    with Emulator(_data(*conversations)) as emulator:
        assert instance.started(tmp_path / "package", name, 0.0, 0, emulator.settings).cpu > 0
        row = emulator.row("msdyn_ocliveworkitems", conversations[0])
        assert row["_msdyn_customer_value"] == job.CUSTOMERS[0].contact
        assert row["_msdyn_issueid_value"] == row["_regardingobjectid_value"] == job.CUSTOMERS[0].case
        monkeypatch.setattr(job, "request", lambda block, number: b'{"Email": "x@example.com"}')
        with pytest.raises(NotLinked):
            instance.started(tmp_path / "package", name, 0.0, 1, emulator.settings)


def test_ratios_are_those_of_pairs():
    """One pair that something else disturbed does not count, and does not move the ratio of the others."""
    fast, slow = instance.Start(0.3, 0.2), instance.Start(0.6, 0.2)
    pairs = [
        {"app": fast, "bare": slow},
        {"app": slow, "bare": slow._replace(seconds=1.2)},
        {"app": slow, "bare": fast},
    ]
    found = instance.summary(pairs)
    assert (found.ratio, found.cpu_ratio) == (0.5, 1.0)
    assert (found.app.seconds, found.bare.cpu) == (pytest.approx(600), pytest.approx(200))


def test_a_longer_list_of_forms_costs_more(monkeypatch):
    """The figures by which the number of forms is chosen: conditions and characters grow with the list."""
    monkeypatch.setattr(forms, "COUNTS", (1, 20))
    monkeypatch.setattr(forms, "ROUNDS", 1)
    few, many = forms.measured().text().splitlines()[3:]
    assert (few.split()[3], many.split()[3]) == ("2", "40")
    assert int(few.split()[1].replace(",", "")) < int(many.split()[1].replace(",", ""))
