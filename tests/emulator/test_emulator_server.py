"""The server: many connections at once, https, odd bytes, the verb on the command line."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from dev.emulator import Emulator
from dev.emulator.__main__ import main
from tests.processes import ended

OPEN_ID = "b7397aae-ecf8-43a6-aeb0-07d294efb494"


def test_starts_fast():
    """It is up in well under a second."""
    started = time.perf_counter()
    with Emulator() as emu:
        assert emu.url.startswith("http://127.0.0.1:")
    assert time.perf_counter() - started < 0.5


def test_leaves_nothing_behind(web):
    """Stopping ends its threads, open connections too."""
    web.get("WhoAmI")
    name = f"http:{web.emu.url.rpartition(':')[2]}"
    assert any(thread.name.startswith(name) for thread in threading.enumerate())
    web.emu.stop()
    assert not any(thread.name.startswith(name) for thread in threading.enumerate())
    web.emu.stop()


def test_keep_alive(emu):
    """One connection takes many requests; the affinity cookie is set but not needed."""
    connection = http.client.HTTPConnection(emu.url.removeprefix("http://"))
    headers = {"Authorization": f"Bearer {emu.identity.token()[0]}"}
    for _ in range(3):
        connection.request("GET", "/api/data/v9.2/WhoAmI", headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        assert "ARRAffinity" in answer.headers["Set-Cookie"]
    connection.close()


def test_many_at_once(web):
    """128 connections at once lose no write; those who write under a condition all get their turn."""

    def work(number: int) -> int:
        headers = {"Authorization": web.session.headers["Authorization"], "Accept": "application/json"}
        with requests.Session() as session:
            session.trust_env = False
            if number >= 24:
                body = {"lastname": "many"}
                return session.post(f"{web.emu.url}/api/data/v9.2/contacts", json=body, headers=headers).status_code
            path = f"{web.emu.url}/api/data/v9.2/msdyn_ocliveworkitems({OPEN_ID})"
            while True:
                row = session.get(f"{path}?$select=msdyn_transfercount", headers=headers)
                body = {"msdyn_transfercount": (row.json()["msdyn_transfercount"] or 0) + 1}
                answer = session.patch(path, json=body, headers=headers | {"If-Match": row.headers["ETag"]})
                if answer.status_code == 204:
                    return answer.status_code

    with ThreadPoolExecutor(128) as pool:
        assert set(pool.map(work, range(128))) == {204}
    assert web.emu.row("msdyn_ocliveworkitems", OPEN_ID)["msdyn_transfercount"] == 24
    assert sum(row["fullname"] == "many" for row in web.emu.rows("contacts")) == 104


def test_tls(tmp_path):
    """--tls serves https with a certificate that the settings name, and takes it away at the end."""
    with Emulator(tls=True) as emu:
        path = emu.settings["REQUESTS_CA_BUNDLE"]
        assert emu.url.startswith("https://127.0.0.1:")
        headers = {"Authorization": f"Bearer {emu.identity.token()[0]}"}
        for host in ("127.0.0.1", "localhost"):
            url = f"{emu.url}/api/data/v9.2/WhoAmI".replace("127.0.0.1", host)
            assert requests.get(url, headers=headers, verify=path, timeout=5).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(emu.url, timeout=5)
        assert os.path.exists(path)  # noqa: PTH110 -- a text out of the settings
    assert not os.path.exists(path)  # noqa: PTH110


@pytest.mark.parametrize(
    "data", [b"\x00\x01\r\n\r\n", b"GET / HTTP/1.1\nHost: x\n\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"]
)
def test_odd_bytes(emu, data):
    """What is no HTTP is answered with 400 or cut, and the next caller is served."""
    with socket.create_connection(("127.0.0.1", int(emu.url.rpartition(":")[2])), timeout=5) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100)[:12] in (b"", b"HTTP/1.1 400")
    assert requests.get(emu.url, timeout=5).status_code == 401


def test_chunked_body(web):
    """A chunked body is read like any other."""
    answer = web.send(
        "PATCH",
        f"msdyn_ocliveworkitems({OPEN_ID})",
        data=iter([b'{"subj', b'ect":"x"}']),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 204
    assert web.emu.row("msdyn_ocliveworkitems", OPEN_ID)["subject"] == "x"


def test_invalid_utf8(web):
    """A URL that is no UTF-8 is 400."""
    assert web.send("GET", "contacts?$filter=fullname%20eq%20'%ff'").status_code == 400


def test_verb_refuses(capsys, tmp_path):
    """The verb says why it cannot start."""
    data = tmp_path / "data.json"
    data.write_text('{"contacts": [{"name": "x"}]}', encoding="utf-8")
    assert main(["--port", "0", "--data", str(data)]) == 1
    assert "name" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("before", [signal.SIG_IGN, signal.default_int_handler])
def test_verb(number, before):
    """The verb prints URL and settings, and ends with status 0 when asked to, even where SIGINT was ignored before."""
    command = [sys.executable, "-m", "dev.emulator", "--port", "0"]
    inherited = signal.signal(signal.SIGINT, before)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, inherited)
    with ended(process):
        lines = [process.stdout.readline().strip() for _ in range(6)]
        process.send_signal(number)
        assert process.wait(timeout=60) == 0
    assert lines[0].startswith("Dataverse emulator at http://127.0.0.1:")
    assert [line.partition("=")[0] for line in lines[2:]] == [
        "DATAVERSE_URL",
        "IDENTITY_ENDPOINT",
        "IDENTITY_HEADER",
        "AZURE_TOKEN_CREDENTIALS",
    ]
