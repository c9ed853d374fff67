"""The site's own certificate authority, and the server's certificate made by it: `gangway serve --tls auto`.

A device trusts the authority once, at enrolment; the certificate may then change as often as the machine's addresses.
The authority may vouch for local names and private addresses alone, so that a stolen key opens no other site.
"""

import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.core.errors import BadInput, NotReady, Unavailable

FOLDER = "tls"  # within the state folder
CA_LASTS = timedelta(days=3650)
LASTS = timedelta(days=397)  # phones refuse more of some authorities: 398 days, 825 at Apple
RENEW_BEFORE = timedelta(days=60)
BACK = timedelta(days=1)  # a device whose clock is a little slow finds the certificate valid already
LOCAL_NAMES = ("localhost", "local", "lan", "internal", "home.arpa")
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7")

IP_NETWORKS = (ipaddress.IPv4Network, ipaddress.IPv6Network)
NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*", re.ASCII | re.IGNORECASE)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Signed = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


@dataclass(frozen=True, slots=True)
class Names:
    """Under which names and addresses the server is reached: `found` on the machine, `asked` for by the operator."""

    found: tuple[str, ...]
    asked: tuple[str, ...] = ()


def issue(instance: Path, names: Names, now: datetime | None = None) -> tuple[Path, Path]:
    """The files of the server's certificate for `names` and of its key; made anew when it runs out or names others.

    The authority is made at the first call. Raises BadInput for a name that it may not vouch for, NotReady when it has
    run out itself, Unavailable when the folder cannot be written.
    """
    moment = now or datetime.now(UTC)
    folder = instance / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = _authority(folder, names, moment)
        covered = _covered(authority[0], names)
        if not _still_good(folder, authority[0], covered, moment):
            _keep(folder, "server", _server(authority, covered, moment))
    except OSError as error:
        raise Unavailable("instance_not_writable", f"cannot keep certificates in {folder}: {error}") from error
    return folder / "server.crt", folder / "server.key"


def authority(instance: Path) -> bytes:
    """The authority's certificate as devices take it (DER); b"" when there is none."""
    file = instance / FOLDER / "ca.crt"
    if not file.is_file():
        return b""
    return x509.load_pem_x509_certificate(file.read_bytes()).public_bytes(serialization.Encoding.DER)


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a DER certificate as people compare it: pairs of hexadecimal digits with colons between."""
    return x509.load_der_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex(":").upper()


def _authority(folder: Path, names: Names, now: datetime) -> Signed:
    if not (folder / "ca.crt").exists():
        _keep(folder, "ca", _new_authority(names, now))
    signed = _load(folder, "ca")
    if signed[0].not_valid_after_utc <= now:
        raise NotReady(
            "authority_over", f"the authority in {folder} has run out: remove the folder, enrol devices anew"
        )
    return signed


def _new_authority(names: Names, now: datetime) -> Signed:
    key = ec.generate_private_key(ec.SECP256R1())
    mark = hashes.Hash(hashes.SHA256())
    mark.update(_public(key))
    place = next((name for name in names.found if not _address(name)), "server")[:40]
    name = _name(f"Gangway {place} {mark.finalize().hex()[:6].upper()}")  # a phone that knows two sites lists two names
    made = (
        _begun(name, key, now, now + CA_LASTS)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
    )
    return made.sign(key, hashes.SHA256()), key


def _server(authority: Signed, covered: Sequence[str], now: datetime) -> Signed:
    ca, ca_key = authority
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    made = (
        _begun(_name(covered[0][:64]), key, now, min(now + LASTS, ca.not_valid_after_utc))
        .issuer_name(ca.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in covered]), critical=False)
        .add_extension(issuer, critical=False)
    )
    return made.sign(ca_key, hashes.SHA256()), key


def _begun(name: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, until: datetime) -> x509.CertificateBuilder:
    """What every certificate says."""
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACK)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _permitted(names: Names) -> list[x509.GeneralName]:
    """Local names, private addresses, and what this site was called when its authority was made."""
    called = [name for name in (*names.found, *names.asked) if not _address(name)]
    addresses = [address for name in (*names.found, *names.asked) if (address := _address(name))]
    networks = [ipaddress.ip_network(net) for net in PRIVATE]
    public = [ipaddress.ip_network(address) for address in addresses if not any(address in net for net in networks)]
    domains = [x509.DNSName(name) for name in dict.fromkeys((*LOCAL_NAMES, *called))]
    return [*domains, *(x509.IPAddress(net) for net in (*networks, *public))]


def _covered(ca: x509.Certificate, names: Names) -> tuple[str, ...]:
    """What the certificate is to name: all that was asked for, and what was found as far as `ca` may vouch for it."""
    permitted = ca.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    for name in names.asked:
        if not (_address(name) or NAME.fullmatch(name)):
            raise BadInput("name_wrong", f"{name!r} is neither an address nor a name that a certificate can hold")
        if not _allows(permitted, name):
            raise BadInput(
                "name_not_covered",
                f"the authority that devices trust was not made for {name}; to take that name, remove the folder "
                f"{FOLDER} in the state folder, start again, and enrol the devices anew",
            )
    found = (name for name in names.found if _allows(permitted, name))
    return tuple(dict.fromkeys([*found, *names.asked]))


def _allows(permitted: Sequence[x509.GeneralName], name: str) -> bool:
    address = _address(name)
    if address:
        networks = [tree.value for tree in permitted if isinstance(tree, x509.IPAddress)]
        return any(address in net for net in networks if isinstance(net, IP_NETWORKS))
    domains = [tree.value for tree in permitted if isinstance(tree, x509.DNSName)]
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


def _still_good(folder: Path, ca: x509.Certificate, covered: Sequence[str], now: datetime) -> bool:
    if not ((folder / "server.crt").exists() and (folder / "server.key").exists()):
        return False
    certificate, key = _load(folder, "server")
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    wanted = {_general(name) for name in covered}
    try:
        certificate.verify_directly_issued_by(ca)
    except (ValueError, InvalidSignature):
        return False
    lasts = certificate.not_valid_after_utc - now
    whole = certificate.not_valid_after_utc == ca.not_valid_after_utc  # it cannot last longer than the authority
    if certificate.public_key() != key.public_key():  # the power went between the two files
        return False
    return set(named) == wanted and lasts > (timedelta(0) if whole else RENEW_BEFORE)


def _load(folder: Path, stem: str) -> Signed:
    try:
        key = serialization.load_pem_private_key((folder / f"{stem}.key").read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate((folder / f"{stem}.crt").read_bytes())
    except (ValueError, OSError) as error:
        raise NotReady("certificate_unreadable", f"cannot read {folder}/{stem}.crt with its key: {error}") from error
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return certificate, key


def _keep(folder: Path, stem: str, signed: Signed) -> None:
    """Key first: a certificate that is there has its key beside it."""
    certificate, key = signed
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(folder / f"{stem}.key", secret, 0o600)
    _write(folder / f"{stem}.crt", certificate.public_bytes(pem), 0o644)


def _write(file: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by others on the way."""
    made = file.with_name(f"{file.name}.{os.getpid()}")
    made.touch(mode=mode)
    made.write_bytes(content)
    made.replace(file)


def _name(called: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])


def _general(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.IPAddress(address) if address else x509.DNSName(name)


def _address(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
