"""A certificate made on the spot, for clients that insist on https."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import ssl
import tempfile
from pathlib import Path


class Certificate:
    """A self-signed certificate for 127.0.0.1, ::1 and localhost; ``path`` is the file that a client must trust.

    The private key is in a file of its own that only this user can read, and only until it is loaded.
    """

    def __init__(self) -> None:
        certificate, self._key = _make()
        handle, name = tempfile.mkstemp(prefix="dataverse-emulator-", suffix=".pem")
        os.close(handle)
        self.path = Path(name)
        self.path.write_bytes(certificate)

    def context(self) -> ssl.SSLContext:
        """The server's side of TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        handle, name = tempfile.mkstemp(prefix="dataverse-emulator-key-")
        try:
            os.write(handle, self._key)
            os.close(handle)
            context.load_cert_chain(self.path, name)
        finally:
            Path(name).unlink()
        return context

    def remove(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)


def _make() -> tuple[bytes, bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Dataverse emulator")])
    hosts = [x509.DNSName("localhost"), *(x509.IPAddress(ipaddress.ip_address(ip)) for ip in ("127.0.0.1", "::1"))]
    moment = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - dt.timedelta(days=1))
        .not_valid_after(moment + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        # Newer OpenSSL (Python 3.13's default flags) wants these of a certificate that is its own authority.
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(True, False, False, False, False, True, False, False, False),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(encoding), private
