"""A record as a small page of its own: where the links of an answer lead. In production they open it in Dynamics."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{name}</title>
<link rel="icon" href="static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="static/base.css">
<link rel="stylesheet" href="static/layout.css">
<link rel="stylesheet" href="static/representative.css">
</head>
<body>
<main class="record">
  <section class="card" aria-labelledby="name">
    <p class="quiet">{kind}</p>
    <h1 id="name"><bdi>{name}</bdi></h1>
    <dl class="facts">{facts}</dl>
  </section>
  <p class="quiet">In production, this link opens the record in Dynamics 365. Here it shows the demo data.</p>
</main>
</body>
</html>
"""


def page(record: Mapping[str, Any]) -> bytes:
    """A record (see `Screen.record`) as HTML; every value as the text that it is."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd><bdi>{escape(value)}</bdi></dd>" for name, value in record["facts"])
    return PAGE.format(kind=escape(record["kind"]), name=escape(record["name"]), facts=facts).encode("utf-8", "replace")
