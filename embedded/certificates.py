"""Certificates by which Temporal and whoever speaks to it know each other: mutual TLS.

One authority signs a certificate for the server and one for its clients, and then nobody has its
key any more: nothing else will ever be signed by it. To renew them, remove the folders and make
them anew.
"""

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from embedded.problems import SetupProblem

VALID_FOR = timedelta(days=3650)
"""Ten years (default): they are for one installation, and its operators renew them at will."""

KEPT_BACK = timedelta(days=1)
"""Clocks of two machines differ; a certificate is valid a little before it is made (default)."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """What one side shows and trusts, in a folder of its own."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    @property
    def are_whole(self) -> bool:
        return all(each.exists() for each in (self.authority, self.certificate, self.key))


def ensure_certificates(
    server: Certificates, client: Certificates, names: Iterable[str], *, key_mode: int = 0o600
) -> bool:
    """Make the certificates of both sides, unless they are there; says whether it has made them.

    :param names: host names and addresses by which the server is reached
    :param key_mode: who may read the keys; other programs than ours may have to
    :raises SetupProblem: one side has its certificates and the other has none
    """
    if server.are_whole != client.are_whole:
        raise SetupProblem(
            f"Certificates are made together, and only one of {server.folder} and {client.folder}"
            " has them: remove what is there and start again."
        )
    if server.are_whole:
        return False
    authority_key = ec.generate_private_key(ec.SECP256R1())
    subject = _name("Redress, for its Temporal")
    authority = (
        _begun(subject, subject, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    # The parts of a Temporal server speak to each other too, so its certificate is for both ways.
    both_ways = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    for side, title, usages, named in (
        (server, "temporal", both_ways, list(names)),
        (client, "redress", [ExtendedKeyUsageOID.CLIENT_AUTH], []),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        begun = _begun(_name(title), subject, key).add_extension(
            x509.ExtendedKeyUsage(usages), critical=False
        )
        if named:
            names_of_it = x509.SubjectAlternativeName([_general_name(each) for each in named])
            begun = begun.add_extension(names_of_it, critical=False)
        _write(side, authority, begun.sign(authority_key, hashes.SHA256()), key, key_mode)
    return True


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - KEPT_BACK)
        .not_valid_after(now + VALID_FOR)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(
    side: Certificates,
    authority: x509.Certificate,
    certificate: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    key_mode: int,
) -> None:
    side.folder.mkdir(parents=True, exist_ok=True)
    side.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    side.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    descriptor = os.open(side.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    side.key.chmod(key_mode)
