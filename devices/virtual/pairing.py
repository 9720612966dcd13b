"""Getting a login: a device asks the hub's HTTP port and waits for the owner; logins are kept for the next start."""

import asyncio
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from devices.virtual.catalogue import Model

ASK_WITHIN_S = 310.0  # the hub lets a device wait for five minutes
ANSWER_LIMIT = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A login at the hub's broker; without a password where the broker asks for none."""

    login: str
    password: str
    host: str
    port: int
    hub: str


async def ask(address: str, model: Model) -> Login:
    """Ask the hub at `host:port` for a login, which may take as long as its owner takes; cancelling hangs up.

    Raises:
        OSError: the hub does not answer, does not let us in, or says something else.
    """
    body: dict[str, object] = {"id": model.id, "name": model.name, "kind": model.kind}
    if model.speaks_for:
        body["speaks_for"] = list(model.speaks_for)
    try:
        async with asyncio.timeout(ASK_WITHIN_S):
            status, text = await _post(address, "/api/v1/pairings", json.dumps(body).encode())
        if status != 200:
            raise ConnectionRefusedError(f"{model.id} was not let in: {text.decode(errors='replace')}")
        answer = json.loads(text)
        return Login(
            login=answer["login"],
            password=answer["password"],
            host=answer["mqtt"]["host"],
            port=answer["mqtt"]["port"],
            hub=answer["hub"],
        )
    except (ValueError, LookupError, TypeError, EOFError) as error:
        raise ConnectionError(f"what answers at {address} is not a hub ({type(error).__name__})") from error


async def _post(address: str, path: str, body: bytes) -> tuple[int, bytes]:
    """Post JSON; HTTP/1.0, so that the answer simply ends where the connection does."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        head = f"POST {path} HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        answer = await reader.read(ANSWER_LIMIT)
        while more := await reader.read(ANSWER_LIMIT):
            answer += more
            if len(answer) > ANSWER_LIMIT:
                raise ValueError("too long")
    finally:
        writer.close()
    lines, _, content = answer.partition(b"\r\n\r\n")
    return int(lines.split(b" ", 2)[1]), content


class LoginFile:
    """The logins of all virtual devices, in one file that its owner alone can read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logins: dict[str, Login] = {}
        if path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
            self.logins = {name: Login(**fields) for name, fields in stored.items()}

    def get(self, name: str) -> Login | None:
        """Return the login of a device, None where it has none."""
        return self.logins.get(name)

    def keep(self, name: str, login: Login) -> None:
        """Remember a login, in the file as well."""
        self.logins[name] = login
        self._save()

    def forget(self, name: str) -> None:
        """Forget a login, in the file as well."""
        if self.logins.pop(name, None) is not None:
            self._save()

    def keep_only(self, address: str) -> None:
        """Forget the logins of any other broker than the one at `host:port`."""
        self.logins = {name: one for name, one in self.logins.items() if f"{one.host}:{one.port}" == address}

    def _save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({name: asdict(login) for name, login in self.logins.items()}, file, indent=1)
        temporary.replace(self.path)
