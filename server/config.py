"""What an installation may choose, and the only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from server.core.errors import BadInput

BUILT_PAGE = Path(__file__).parent / "web" / "page"
_PACKED_LAYOUTS = Path(__file__).parent / "layouts"  # in a wheel
EXAMPLE_LAYOUTS = _PACKED_LAYOUTS if _PACKED_LAYOUTS.is_dir() else Path(__file__).parent.parent / "layouts"


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation. Each field is read from GANGWAY_ and its name in capitals; docs/operations.md lists them.

    Raises BadInput from `from_environment` when a number is none or out of its range.
    """

    database_url: str = "sqlite:///var/gangway.db"
    instance: Path = Path("var")  # the key that signs log-ins, drawings; default: beside a SQLite database
    host: str = "127.0.0.1"
    port: int = 8080
    tls: str = "off"  # off | auto: by an authority of our own | own: with tls_certificate and tls_key
    tls_names: tuple[str, ...] = ()  # names of this machine beside those that it finds itself
    tls_certificate: str = ""  # PEM files, for tls "own"; the certificate with its chain
    tls_key: str = ""
    plain_port: int = 8081  # http beside https: enrolment, and scanning for devices without the authority
    page: Path = BUILT_PAGE
    connections: int = 4096  # sockets and requests at once
    planners: int = 1  # processes that plan routes and waves
    decoders: int = 1  # processes that read codes from pictures; each holds 100 MB once it was used
    proxies: int = 0  # reverse proxies in front whose X-Forwarded-For is believed
    log: str = "text"  # text | json: the log on stderr
    ready: str = "text"  # text | json: what is said on stdout once the server answers
    devices: str = "any"  # any | enrolled: which devices may log in

    def environment(self) -> dict[str, str]:
        """This process's environment, changed so that `from_environment` returns these settings in another."""
        return os.environ | {f"GANGWAY_{name.upper()}": _written(value) for name, value in asdict(self).items()}

    @classmethod
    def from_environment(cls, said: Mapping[str, object] | None = None) -> "Settings":
        """The settings that this process's environment asks for. `said` (by field's name; None: nothing) goes first."""
        over = {f"GANGWAY_{name.upper()}": _written(value) for name, value in (said or {}).items() if value is not None}
        asked = os.environ | over
        standard = cls()
        database_url = asked.get("GANGWAY_DATABASE_URL", "") or standard.database_url
        return cls(
            database_url=database_url,
            instance=Path(asked.get("GANGWAY_INSTANCE", "") or _beside(database_url) or standard.instance),
            host=asked.get("GANGWAY_HOST", "") or standard.host,
            port=_number(asked, "GANGWAY_PORT", standard.port, 0, 65535),
            page=Path(asked.get("GANGWAY_PAGE", "") or standard.page),
            connections=_number(asked, "GANGWAY_CONNECTIONS", standard.connections, 8, 100_000),
            planners=_number(asked, "GANGWAY_PLANNERS", standard.planners, 1, 64),
            decoders=_number(asked, "GANGWAY_DECODERS", standard.decoders, 1, 64),
            proxies=_number(asked, "GANGWAY_PROXIES", standard.proxies, 0, 8),
            tls=_one_of(asked, "GANGWAY_TLS", "off", "auto", "own"),
            tls_names=tuple(name for name in asked.get("GANGWAY_TLS_NAMES", "").replace(",", " ").split() if name),
            tls_certificate=asked.get("GANGWAY_TLS_CERTIFICATE", ""),
            tls_key=asked.get("GANGWAY_TLS_KEY", ""),
            plain_port=_number(asked, "GANGWAY_PLAIN_PORT", standard.plain_port, 0, 65535),
            log=_one_of(asked, "GANGWAY_LOG", "text", "json"),
            ready=_one_of(asked, "GANGWAY_READY", "text", "json"),
            devices=_one_of(asked, "GANGWAY_DEVICES", "any", "enrolled"),
        )


def _written(value: object) -> str:
    """As a variable of the environment holds it."""
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _beside(database_url: str) -> str:
    """The folder of a SQLite database's file, "" for any other database."""
    scheme, _, file = database_url.partition(":///")
    return str(Path(file).parent) if scheme.split("+")[0] == "sqlite" and file else ""


def _number(asked: Mapping[str, str], name: str, standard: int, least: int, most: int) -> int:
    text = asked.get(name, "")
    if not text:
        return standard
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    raise BadInput("setting_wrong", f"{name} is {text!r}; use a whole number from {least} to {most}")


def _one_of(asked: Mapping[str, str], name: str, *choices: str) -> str:
    """The first of `choices` where nothing is asked for."""
    choice = asked.get(name, "") or choices[0]
    if choice not in choices:
        raise BadInput("setting_wrong", f"{name} is {choice!r}; use {' or '.join(choices)}")
    return choice
