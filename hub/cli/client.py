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
        run = self._read_run_file()
        self.host, self.port = str(run["http"]["host"]), int(run["http"]["port"])
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
        except OSError as error:
            raise HubError(
                f"The hub does not answer at {self.host}:{self.port} ({error}).", hint="Start it with `aios up`."
            ) from error
        finally:
            connection.close()
        document = cast(Json, json.loads(text)) if text else None
        if response.status >= 400:
            found = document if isinstance(document, dict) else {}
            raise HubError(
                str(found.get("error", f"The hub answered {response.status}.")), hint=str(found.get("hint", ""))
            )
        return document

    def _read_run_file(self) -> Json:
        path = self._data_dir / "run.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise HubError(
                f"No hub is running on {self._data_dir}.",
                hint="Start it with `aios up` (or `aios up --demo`), or name its folder with --data-dir.",
            ) from error

    def _read_token(self) -> str:
        try:
            return (self._data_dir / "token").read_text(encoding="utf-8").strip()
        except OSError as error:
            raise HubError(
                f"The token in {self._data_dir} cannot be read ({error.strerror}).",
                hint="Run this command as the user that runs the hub.",
            ) from error


def segment(text: str) -> str:
    """Return text as one segment of a URL path."""
    return quote(text, safe="")
