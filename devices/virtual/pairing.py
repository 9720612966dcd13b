"""Getting a login: a device asks the hub's HTTP port and waits for the owner; logins are kept for the next start."""

import http.client
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from devices.virtual.catalogue import Model

ASK_WITHIN_S = 310.0  # the hub lets a device wait for five minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A login at the hub's broker; without a password where the broker asks for none."""

    login: str
    password: str
    host: str
    port: int
    hub: str


def ask(address: str, model: Model) -> Login:
    """Ask the hub at `host:port` for a login; raises OSError where it does not answer or does not let us in."""
    host, _, port = address.rpartition(":")
    body = {"id": model.id, "name": model.name, "kind": model.kind}
    if model.speaks_for:
        body["speaks_for"] = list(model.speaks_for)  # type: ignore[assignment]  # JSON
    connection = http.client.HTTPConnection(host, int(port), timeout=ASK_WITHIN_S)
    try:
        connection.request("POST", "/api/v1/pairings", json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise ConnectionRefusedError(f"{model.id} was not let in: {text.decode(errors='replace')}")
    answer = json.loads(text)
    mqtt = answer["mqtt"]
    return Login(
        login=answer["login"],
        password=answer["password"],
        host=mqtt["host"],
        port=mqtt["port"],
        hub=answer["hub"],
    )


class LoginFile:
    """The logins of all virtual devices, in one private file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logins: dict[str, Login] = {}
        if path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
            self.logins = {name: Login(**fields) for name, fields in stored.items()}

    def keep(self, name: str, login: Login) -> None:
        """Remember a login; call `save` when all are there."""
        self.logins[name] = login

    def keep_only(self, address: str) -> None:
        """Forget the logins of any other broker than the one at `host:port`."""
        self.logins = {name: one for name, one in self.logins.items() if f"{one.host}:{one.port}" == address}

    def save(self) -> None:
        """Write the file, readable by its owner only."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({name: asdict(login) for name, login in self.logins.items()}, file, indent=1)
        temporary.replace(self.path)
