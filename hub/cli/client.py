"""The command line's side of the REST interface: finds the running hub by its data folder, speaks JSON."""

import http.client
import json
import os
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from platformdirs import user_data_path

from hub.contracts.errors import HubError

TIMEOUT_S = 90.0  # a final reply may wait for a slow blind

Json = Any  # the border of the process: documents are read field by field below


class HubClient:
    """A connection to the running hub."""

    def __init__(self, data_dir: Path | None = None) -> None:
        self._data_dir = data_dir or Path(os.environ.get("AIOS_DATA_DIR") or user_data_path("aios"))
        self.host, self.port = self._find_hub()
        self._token = self._read_token()

    def get(self, path: str) -> Json:
        """Return the document at the path."""
        return self._call("GET", path, None)

    def post(self, path: str, body: Json) -> Json:
        """Post a document, return the answer."""
        return self._call("POST", path, body)

    def patch(self, path: str, body: Json) -> Json:
        """Change the thing at the path, return it."""
        return self._call("PATCH", path, body)

    def delete(self, path: str) -> Json:
        """Delete the thing at the path."""
        return self._call("DELETE", path, None)

    def _call(self, method: str, path: str, body: Json) -> Json:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body).encode(), headers)
            response = connection.getresponse()
            text = response.read()
            document = cast(Json, json.loads(text)) if text else None
        except TimeoutError as error:
            raise HubError(
                f"The hub at {self.host}:{self.port} did not answer within {TIMEOUT_S:.0f} s.",
                hint="`aios status` says how it is; its log says what it is busy with.",
            ) from error
        except OSError as error:
            raise HubError(
                f"The hub does not answer at {self.host}:{self.port} ({error}).", hint="Start it with `aios up`."
            ) from error
        except (http.client.HTTPException, ValueError) as error:
            raise HubError(
                f"What answers at {self.host}:{self.port} is not the hub.",
                hint="Another program has taken its port: stop that one, then start the hub with `aios up`.",
            ) from error
        finally:
            connection.close()
        if response.status >= 400:
            found = document if isinstance(document, dict) else {}
            raise HubError(
                str(found.get("error", f"The hub answered {response.status}.")), hint=str(found.get("hint", ""))
            )
        return document

    def _find_hub(self) -> tuple[str, int]:
        """Return host and port of the hub that runs on the data folder.

        A file left behind by a hub that was killed is not trusted: whoever has its port by now would get the token.
        """
        path = self._data_dir / "run.json"
        try:
            run = json.loads(path.read_text(encoding="utf-8"))
            host, port, pid = str(run["http"]["host"]), int(run["http"]["port"]), int(run["pid"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._not_running() from error
        if not _is_alive(pid):
            raise self._not_running()
        return host, port

    def _not_running(self) -> HubError:
        return HubError(
            f"No hub is running on {self._data_dir}.",
            hint="Start it with `aios up` (or `aios up --demo`), or name its folder with --data-dir.",
        )

    def _read_token(self) -> str:
        try:
            return (self._data_dir / "token").read_text(encoding="utf-8").strip()
        except OSError as error:
            raise HubError(
                f"The token in {self._data_dir} cannot be read ({error.strerror}).",
                hint="Run this command as the user that runs the hub.",
            ) from error


def _is_alive(pid: int) -> bool:
    if pid <= 0:
        return False  # these would name groups of processes
    try:
        os.kill(pid, 0)  # signal 0 only asks
    except PermissionError:
        return True  # somebody else's, but there
    except (OSError, OverflowError):
        return False
    return True


def segment(text: str) -> str:
    """Return text as one segment of a URL path."""
    return quote(text, safe="")
