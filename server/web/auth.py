"""Who is asking: signed tokens, what each role may open, and a brake on guessed badges."""

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from types import MappingProxyType

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from server.core.errors import NotAllowed, Unavailable
from server.core.terms import Role

LONGEST_SHIFT_S = 24 * 3600

PAGES: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        Role.PICKER: frozenset({"pick"}),
        Role.PACKER: frozenset({"pack"}),
        Role.SUPERVISOR: frozenset({"board"}),
        Role.ADMIN: frozenset({"board"}),
    }
)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a token says: this badge logged in on this device. Whether it still holds, the store knows."""

    badge: str
    device: str


class Seal:
    """Makes and reads tokens, with a key that belongs to this installation alone."""

    def __init__(self, key: str) -> None:
        self._signer = URLSafeTimedSerializer(key, salt="gangway-pass-1")

    def token(self, held: Pass) -> str:
        """A token for `held`, good for one shift."""
        return self._signer.dumps([held.badge, held.device])

    def read(self, token: str) -> Pass:
        """What `token` says. Raises NotAllowed when it is missing, forged, of another installation or too old."""
        if not token:
            raise NotAllowed("token_missing", "log in first: POST /api/v1/login, then send the token it returns")
        try:
            badge, device = self._signer.loads(token, max_age=LONGEST_SHIFT_S)
        except SignatureExpired:
            raise NotAllowed("token_expired", "this log-in is older than a shift; scan the badge again") from None
        except (BadSignature, TypeError, ValueError):
            raise NotAllowed("token_wrong", "this token was not made by this server; log in again") from None
        return Pass(badge, device)


def own_key(instance: Path) -> str:
    """The key of this installation, made at its first start and kept in `instance`, readable by its owner alone."""
    file = instance / "secret_key"
    try:
        instance.mkdir(parents=True, exist_ok=True)
        # made whole under another name, then linked: two first starts at once agree on one key
        made = instance / f"secret_key.{os.getpid()}"
        made.touch(mode=0o600)
        made.write_text(token_urlsafe(48), encoding="ascii")
        try:
            file.hardlink_to(made)
        except FileExistsError:
            pass
        finally:
            made.unlink()
        return file.read_text(encoding="ascii")
    except OSError as error:
        raise Unavailable("instance_not_writable", f"cannot keep the signing key in {instance}: {error}") from error


@dataclass(slots=True)
class Guesses:
    """A bucket of wrong guesses for each address: `most` at once, one more each `refill_s` seconds.

    Badge codes are the secret here, so it is wrong badges that are counted; a right one costs nothing.
    """

    clock: Callable[[], float]
    most: int = 20
    refill_s: float = 3.0
    _spent: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def check(self, address: str) -> None:
        """Return while `address` may guess. Raises NotAllowed when it has to wait."""
        spent = self._now_spent(address)
        if spent > self.most - 1:
            wait_s = round((spent - self.most + 1) * self.refill_s) + 1
            raise NotAllowed("too_many_guesses", f"too many unknown badges from this address; wait {wait_s} s")

    def wrong(self, address: str) -> None:
        """Count a wrong badge against `address`."""
        spent = self._now_spent(address)
        self._spent[address] = (min(spent + 1, float(self.most)), self.clock())
        self._spent.move_to_end(address)
        while len(self._spent) > 10_000:  # bounded: an attacker with many addresses must not fill the memory
            self._spent.popitem(last=False)

    def _now_spent(self, address: str) -> float:
        spent, since = self._spent.get(address, (0.0, 0.0))
        return max(0.0, spent - (self.clock() - since) / self.refill_s)
