"""What an installation may choose, and the only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.core.errors import BadInput

BUILT_PAGE = Path(__file__).parent / "web" / "page"


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation. Each field is read from GANGWAY_ and its name in capitals; docs/operations.md lists them.

    Raises BadInput from `from_environment` when a number is none or out of its range.
    """

    database_url: str = "sqlite:///var/gangway.db"
    instance: Path = Path("var")  # what the server keeps beside the database: the key that signs log-ins
    host: str = "127.0.0.1"
    port: int = 8000
    page: Path = BUILT_PAGE
    connections: int = 4096  # sockets and requests at once
    planners: int = 1  # processes that plan routes and waves
    proxies: int = 0  # reverse proxies in front whose X-Forwarded-For is believed
    log: str = "text"  # text | json

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """The settings that `environment` (default: this process's) asks for."""
        asked = os.environ if environment is None else environment
        standard = cls()
        log = asked.get("GANGWAY_LOG", standard.log)
        if log not in ("text", "json"):
            raise BadInput("setting_wrong", f"GANGWAY_LOG is {log!r}; use text or json")
        return cls(
            database_url=asked.get("GANGWAY_DATABASE_URL", standard.database_url),
            instance=Path(asked.get("GANGWAY_INSTANCE", standard.instance)),
            host=asked.get("GANGWAY_HOST", standard.host),
            port=_number(asked, "GANGWAY_PORT", standard.port, 0, 65535),
            page=Path(asked.get("GANGWAY_PAGE", standard.page)),
            connections=_number(asked, "GANGWAY_CONNECTIONS", standard.connections, 8, 100_000),
            planners=_number(asked, "GANGWAY_PLANNERS", standard.planners, 1, 64),
            proxies=_number(asked, "GANGWAY_PROXIES", standard.proxies, 0, 8),
            log=log,
        )


def _number(asked: Mapping[str, str], name: str, standard: int, least: int, most: int) -> int:
    text = asked.get(name, "")
    if not text:
        return standard
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    raise BadInput("setting_wrong", f"{name} is {text!r}; use a whole number from {least} to {most}")
