"""A solution as a zip: the same parts give the same bytes on every machine."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from dev.solution.markup import add, document

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_CONTENT_TYPES = "[Content_Types].xml"


def package(parts: Mapping[str, bytes]) -> bytes:
    """The zip of these parts and their content types. Not compressed, because each zlib compresses in its own way."""
    every = {_CONTENT_TYPES: _content_types(parts), **parts}
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for name, content in every.items():
            entry = ZipInfo(name, _FIRST_DAY)
            entry.create_system = _UNIX
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def _content_types(parts: Mapping[str, bytes]) -> bytes:
    """A default for each extension, as the open packaging conventions ask for."""
    root = Element("Types", xmlns="http://schemas.openxmlformats.org/package/2006/content-types")
    for extension in sorted({PurePosixPath(name).suffix[1:] for name in parts}):
        add(root, "Default", Extension=extension, ContentType="application/octet-stream")
    return document(root)
