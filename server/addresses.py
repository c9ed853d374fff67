"""Under which names and addresses this machine and its server are found. Nothing is sent to find out."""

import fcntl
import json
import socket
import struct
from dataclasses import dataclass

from server.config import Settings
from server.core.errors import Unavailable

SIOCGIFADDR = 0x8915  # Linux, netdevice(7): the IPv4 address of an interface
ANYWHERE = ("0.0.0.0", "::")
# addresses for documentation (RFC 5737, RFC 3849): a datagram socket's connect only chooses the way out
FAR = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))

KEPT = "address.json"  # in the state folder, for commands that run beside the server


@dataclass(frozen=True, slots=True)
class Places:
    """Where a server answers: its pages, the same over plain http ("" without TLS), and where devices are enrolled."""

    urls: tuple[str, ...]
    plain: str
    enrol: str


def places(settings: Settings) -> Places:
    """Where a server with these settings answers. Devices are sent to a name that was asked for before any address."""
    here = settings.host in ANYWHERE
    hosts = ("127.0.0.1", *lan_addresses()[:1]) if here else (settings.host,)
    if settings.tls == "off":
        urls = tuple(_url("http", host, settings.port) for host in hosts)
        return Places(urls, "", urls[-1])
    named = settings.tls_names[0] if settings.tls_names else hosts[-1]
    trusted = settings.tls == "own"  # the devices trust its authority already
    enrol = _url("https", named, settings.port) if trusted else _url("http", named, settings.plain_port)
    urls = tuple(_url("https", host, settings.port) for host in dict.fromkeys((*hosts, *settings.tls_names)))
    return Places(urls, _url("http", hosts[0], settings.plain_port), enrol)


def keep(settings: Settings) -> None:
    """Tell commands that run later where this server's devices are enrolled."""
    file = settings.instance / KEPT
    try:
        settings.instance.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"enrol": places(settings).enrol}), encoding="utf-8")
    except OSError as error:
        raise Unavailable("instance_not_writable", f"cannot write {file}: {error}") from error


def kept(settings: Settings) -> str:
    """Where the server that was started last enrols devices, "" when none ever was."""
    try:
        return str(json.loads((settings.instance / KEPT).read_text(encoding="utf-8"))["enrol"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    return host in ("localhost", "::1") or host.startswith("127.")


def lan_addresses() -> tuple[str, ...]:
    """The machine's addresses, the one on the way out first; without those that only this machine reaches."""
    found = [*(_way_out(family, far) for family, far in FAR), *(_address_of(name) for _, name in socket.if_nameindex())]
    return tuple(address for address in dict.fromkeys(found) if address and not is_loopback(address))


def machine_names() -> tuple[str, ...]:
    """What the machine is called: as such, as mDNS says it, and to itself."""
    host = socket.gethostname().lower().rstrip(".")
    short = host.partition(".")[0]
    return tuple(dict.fromkeys(name for name in (host, f"{short}.local" if short else "", "localhost") if name))


def _url(scheme: str, host: str, port: int) -> str:
    standard = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{f'[{host}]' if ':' in host else host}" + ("" if port == standard else f":{port}")


def _way_out(family: socket.AddressFamily, far: str) -> str:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return ""


def _address_of(interface: str) -> str:
    """The first IPv4 address of an interface; "" where it has none, or the system is no Linux."""
    asked = struct.pack("256s", interface.encode()[:15])
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            return socket.inet_ntoa(fcntl.ioctl(probe.fileno(), SIOCGIFADDR, asked)[20:24])
    except OSError:
        return ""
