"""Options of the command line that the connector and the solutions share."""

from __future__ import annotations

import argparse
from pathlib import Path

from dev.connector.files import Owner
from shared.contract.openapi import plain_host


def add_options(parser: argparse.ArgumentParser, default_host: str | None, folder: Path) -> None:
    """Add `--out`, `--host`, `--auth` and one option for each field of `Owner`."""
    parser.add_argument("--out", type=_folder, default=folder, help=f"where to write (default: {folder.name}/)")
    parser.add_argument("--host", type=_host, default=default_host, help="the Function App's host name")
    parser.add_argument(
        "--auth", choices=("key", "entra"), default="key", help="a host key, or Microsoft Entra ID (default: key)"
    )
    helps = {
        "publisher": "company that publishes it",
        "website": "address of the company",
        "privacy_policy": "address of its privacy policy",
        "support": "address of its support",
        "email": "e-mail address of its support",
    }
    for name, default in Owner._field_defaults.items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=_text, default=default, help=f"{helps[name]} (default: %(default)s)")


def owner(options: argparse.Namespace) -> Owner:
    """The owner that the command line names."""
    return Owner(*(getattr(options, name) for name in Owner._fields))


def _host(text: str) -> str:
    if plain_host(text) != text.lower():
        raise argparse.ArgumentTypeError("a host name, without https:// and path, such as my-app.azurewebsites.net")
    return text.lower()


def _folder(text: str) -> Path:
    folder = Path(text)
    if folder.exists() and not folder.is_dir():
        raise argparse.ArgumentTypeError("a folder, not a file")
    return folder


def _text(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise argparse.ArgumentTypeError("a text on one line, not empty")
    return text.strip()
