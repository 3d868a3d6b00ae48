"""A diagnosis as one page of HTML: no script, nothing from outside, everything escaped, readable on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from shared.contract.diagnosis import Check, Diagnosis

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Content-Security-Policy: whatever a text may hold, nothing runs and nothing is fetched."""

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; text-transform: capitalize; }
.first { border-left: .3rem solid; padding: .25rem 1rem; margin: 1rem 0; }
ul { list-style: none; padding: 0; margin: 0; }
li { display: grid; grid-template-columns: 4.5rem 1fr; padding: .35rem 0; border-bottom: 1px solid #8884; }
.not { color: light-dark(#b00020, #ff8a80); } .found { opacity: .75; white-space: pre-line; } .fix { display: block; }
footer { margin-top: 2rem; opacity: .75; font-size: .875rem; }
"""


def page(diagnosis: Diagnosis) -> str:
    """The page of an answer's fields, see `Report.content`."""
    areas = groupby(diagnosis.checks, key=lambda check: str(check.area))
    body = "".join(_area(area, list(checks)) for area, checks in areas)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_title(diagnosis)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{_title(diagnosis)}</h1><p>{escape(diagnosis.summary)}</p>{_first(diagnosis)}{body}</main>"
        f"<footer>{_footer(diagnosis)}</footer></body></html>"
    )


def _title(diagnosis: Diagnosis) -> str:
    return "Conversation Linker: " + ("ready" if diagnosis.ready else "not ready")


def _first(diagnosis: Diagnosis) -> str:
    if not diagnosis.firstFix:
        return ""
    fix, by = escape(diagnosis.firstFix), escape(diagnosis.firstFixBy)
    return f'<p class="first"><strong>First:</strong> {fix}<br>Who can fix it: {by}</p>'


def _area(area: str, checks: Sequence[Check]) -> str:
    return f"<h2>{escape(area)}</h2><ul>{''.join(map(_check, checks))}</ul>"


def _check(check: Check) -> str:
    found = f' <span class="found">{escape(check.found)}</span>' if check.found else ""
    who = f"Who can fix it: {check.fixBy}"
    fix = f'<span class="fix">{escape(check.fix)}<br>{escape(who)}</span>' if check.fix else ""
    word = mark(check)
    return f'<li><b class="{word.split()[0]}">{word}</b><div>{escape(check.name)}{found}{fix}</div></li>'


def mark(check: Check) -> str:
    """One word for how a check went."""
    return "ok" if check.ok else "not ok" if check.needed else "advice"


def _footer(diagnosis: Diagnosis) -> str:
    reported = (f"version {diagnosis.version}", diagnosis.checkedAt, f"request {diagnosis.requestId}")
    return escape(" · ".join(reported))
