"""`aios chat`: a dialogue with the hub; the session is kept, so that "and the bedroom" works."""

import argparse
import contextlib
import sys
from pathlib import Path

from hub.cli.ask import ask
from hub.cli.client import HubClient, Json
from hub.contracts.errors import HubError
from hub.runtime.logs import escape

EXAMPLES = """examples:
  aios chat
  aios chat --from speaker-kitchen      as if said to that speaker

An empty line or Ctrl-D ends it.
"""


def run(arguments: list[str]) -> int:
    """Read requests from the terminal until it ends."""
    parser = argparse.ArgumentParser(
        prog="aios chat",
        description="Talk with the running hub.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--from", dest="source", metavar="DEVICE", help="talk as if through this device")
    parser.add_argument("--person", help="who asks (default: the owner)")
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="data folder of the hub")
    options = parser.parse_args(arguments)
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  # gives input() history and line editing
    client = HubClient(options.data_dir)
    session: str | None = None
    while True:
        try:
            text = input("you> ").strip()
        except EOFError:
            sys.stdout.write("\n")
            return 0
        if not text:
            return 0
        body: dict[str, Json] = {"text": text}
        for name, value in (("session", session), ("from", options.source), ("person", options.person)):
            if value:
                body[name] = value
        try:
            session = ask(client, body, is_json=False, waits=True)["session"]
        except HubError as error:
            sys.stderr.write(escape(str(error)) + "\n")
