"""DynamicsWebApi from npm, unchanged, against the emulator: it can read, filter, expand, page, update and batch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "node"
NODE = shutil.which("node")

if NODE is None:
    pytest.skip("node is not installed", allow_module_level=True)
if not (HERE / "node_modules" / "dynamics-web-api").is_dir():
    pytest.skip("dynamics-web-api is not installed: npm install --prefix tests/emulator/node", allow_module_level=True)


def test_dynamics_web_api(emu):
    """One run of the client; what it saw is what it did."""
    environment = {**os.environ, **emu.settings}
    done = subprocess.run(
        [NODE, "client.mjs"], cwd=HERE, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    maria = "c0000000-0000-4000-8000-000000000001"
    assert seen == {
        "one": "Maria Campbell",
        "filtered": [["CAS-01002-B2C3D4", "Patrick O'Brien"]],
        "all": 19,
        "linked": [maria, "Maria Campbell", "contact"],
        "unlinked": None,
        "batch": ["Maria Campbell", ["Litware"]],
        "refused": [400, "0x80048d19"],
    }
    linked = emu.row("msdyn_ocliveworkitems", "b7397aae-ecf8-43a6-aeb0-07d294efb494")["_msdyn_customer_value"]
    assert emu.row("contacts", linked)["fullname"] == "New"
