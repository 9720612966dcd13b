"""`aios devices`: the registry as the owner sees it, and what the owner may say about it."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from hub.cli.client import HubClient, Json, segment
from hub.runtime.logs import escape

EXAMPLES = """examples:
  aios devices                                   all devices, by area
  aios devices --json
  aios devices show kitchen-ceiling              everything known about one, and where it was learned
  aios devices adopt speaker-hall --code 123456  let a device in that mDNS has found
  aios devices name kitchen-ceiling "Big light"
  aios devices alias kitchen-ceiling 大灯 "the big one"
  aios devices area kitchen-ceiling Kitchen
  aios devices forget old-lamp
  aios devices problems                          announcements that were not taken, and why
"""


def run(arguments: list[str]) -> int:
    """Run one of the actions; without one, list the devices."""
    options = _parser().parse_args(arguments)
    client = HubClient(options.data_dir)
    action = options.action or "list"
    result = _ACTIONS[action](client, options)
    if options.json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    elif action in ("list", "problems", "show"):
        _PRINTERS[action](result)
    else:
        sys.stdout.write("done\n")
    return 0


_ACTIONS: dict[str, Callable[[HubClient, argparse.Namespace], Json]] = {
    "list": lambda client, _: client.get("/api/v1/devices"),
    "show": lambda client, o: client.get(f"/api/v1/devices/{segment(o.id)}"),
    "adopt": lambda client, o: client.post(
        f"/api/v1/devices/{segment(o.id)}/adopt", {"code": o.code} if o.code else {}
    ),
    "name": lambda client, o: client.patch(f"/api/v1/devices/{segment(o.id)}", {"name": o.name}),
    "alias": lambda client, o: client.patch(f"/api/v1/devices/{segment(o.id)}", {"aliases": o.aliases}),
    "area": lambda client, o: client.patch(f"/api/v1/devices/{segment(o.id)}", {"area": o.area}),
    "forget": lambda client, o: client.delete(f"/api/v1/devices/{segment(o.id)}"),
    "problems": lambda client, _: client.get("/api/v1/problems"),
}


def _print_list(devices: Json) -> None:
    if not devices:
        sys.stdout.write(
            "No devices yet. They appear as they announce themselves; `aios up --demo` brings a virtual home.\n"
        )
        return
    rows = [("AREA", "ID", "NAME", "KIND", "STATE", "ONLINE")]
    for device in sorted(devices, key=lambda d: (d["area"] or "~", d["kind"], d["id"])):
        online = "yes" if device["availability"]["is_online"] else "no"
        online = online if device["is_adopted"] else "not adopted"
        names = " / ".join([device["name"], *device["aliases"]])
        rows.append((device["area"] or "-", device["id"], names, device["kind"], _state(device["state"]), online))
    widths = [max(_width(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, [*widths, 0], strict=True)]
        sys.stdout.write(escape("  ".join(cells)).rstrip() + "\n")


def _state(state: Json) -> str:
    shown = [f"{name}={_short(entry)}" for name, entry in sorted(state.items())]
    text = " ".join(shown[:4])
    return text + (" ..." if len(shown) > 4 else "")


def _short(entry: Json) -> str:
    value = entry["value"]
    if isinstance(value, bool):
        return "yes" if value else "no"
    number = f"{value:g}" if isinstance(value, int | float) else str(value)
    return number + (entry.get("unit") or "")


def _width(text: str) -> int:
    """Return columns on a terminal: East Asian wide characters take two."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _print_device(device: Json) -> None:
    for line in json.dumps(device, ensure_ascii=False, indent=2).splitlines():
        sys.stdout.write(escape(line) + "\n")


def _print_problems(problems: Json) -> None:
    if not problems:
        sys.stdout.write("No problems.\n")
    for problem in problems:
        sys.stdout.write(escape(f"{problem['where']}: {problem['kind']}: {problem['what']}") + "\n")


_PRINTERS: dict[str, Callable[[Json], None]] = {"list": _print_list, "show": _print_device, "problems": _print_problems}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aios devices",
        description="List the devices of the home, or say something about one.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    common = argparse.ArgumentParser(add_help=False)
    for one, default in ((parser, None), (common, argparse.SUPPRESS)):
        one.add_argument("--json", action="store_true", default=default or argparse.SUPPRESS, help="print JSON")
        one.add_argument("--data-dir", type=Path, metavar="FOLDER", default=default, help="data folder of the hub")
    parser.set_defaults(json=False)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    for name, text in (("list", "all devices"), ("problems", "announcements that were not taken")):
        actions.add_parser(name, help=text, parents=[common])
    for name, text in (("show", "one device"), ("adopt", "let it in"), ("forget", "remove it from the registry")):
        actions.add_parser(name, help=text, parents=[common]).add_argument("id")
    actions.choices["adopt"].add_argument("--code", help="the six digits that the device shows")
    for name, text, value, many in (
        ("name", "call it something", "name", None),
        ("alias", "further names, any language", "aliases", "*"),
        ("area", "the room it stands in", "area", None),
    ):
        action = actions.add_parser(name, help=text, parents=[common])
        action.add_argument("id")
        action.add_argument(value, nargs=many)
    return parser
