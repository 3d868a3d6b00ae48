"""A certificate made on the spot, for clients that insist on https."""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path

import trustme


class Certificate:
    """A certificate for 127.0.0.1, ::1 and localhost; ``path`` is the file that a client must trust."""

    def __init__(self) -> None:
        self._authority = trustme.CA(organization_name="Dataverse emulator")
        with tempfile.NamedTemporaryFile(prefix="dataverse-emulator-", suffix=".pem", delete=False) as file:
            file.write(self._authority.cert_pem.bytes())
        self.path = Path(file.name)

    def context(self) -> ssl.SSLContext:
        """The server's side of TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("127.0.0.1", "::1", "localhost").configure_cert(context)
        return context

    def remove(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)
