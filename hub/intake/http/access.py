"""Who may in: the bearer token, compared in constant time, with a back-off for each address that guesses."""

import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass

from hub.contracts.ids import new_id
from hub.intake.http.answers import HttpError
from hub.runtime.clock import Clock

FREE_FAILURES = 5  # typing errors
LONGEST_WAIT_S = 60.0
ADDRESS_LIMIT = 1024  # addresses remembered; the oldest is forgotten first


@dataclass(slots=True)
class _Failures:
    count: int = 0
    blocked_until: float = 0.0


class Access:
    """Checks tokens.

    The right token always passes, also from an address that is held back: it has 256 random bits, so that guessing it
    is hopeless, and nobody can lock the owner out by failing from the same address.
    """

    def __init__(self, token: str, clock: Clock) -> None:
        self._salt = new_id().encode()
        self._digest = self._hash(token) if token else None
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def check(self, token: str | None, address: str) -> None:
        """Return if the token is right.

        Raises:
            HttpError: 401 for none or a wrong one, 429 for a wrong one from an address that failed too often.
        """
        if token and self._digest is not None and hmac.compare_digest(self._hash(token), self._digest):
            self._failures.pop(address, None)
            return
        if token:
            self._count(address)
        raise HttpError(
            401,
            "A valid token is needed.",
            "Send it as 'Authorization: Bearer ...'; it lies in the file 'token' of the hub's data folder.",
            headers={"WWW-Authenticate": "Bearer"},
        )

    def _count(self, address: str) -> None:
        now = self._clock.monotonic()
        failures = self._failures.setdefault(address, _Failures())
        self._failures.move_to_end(address)
        while len(self._failures) > ADDRESS_LIMIT:
            self._failures.popitem(last=False)
        if now < failures.blocked_until:
            wait_s = failures.blocked_until - now
            raise HttpError(
                429,
                "Too many wrong tokens from this address.",
                f"Wait {wait_s:.0f} s, then send the right one.",
                headers={"Retry-After": str(int(wait_s) + 1)},
            )
        failures.count += 1
        if failures.count >= FREE_FAILURES:
            failures.blocked_until = now + min(LONGEST_WAIT_S, 2.0 ** (failures.count - FREE_FAILURES))

    def _hash(self, token: str) -> bytes:
        return hashlib.sha256(self._salt + token.encode("utf-8", "surrogatepass")).digest()


def bearer(header: str | None) -> str | None:
    """Return the token of an Authorization header."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
