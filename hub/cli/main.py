"""Entry of the `aios` command: the table of groups, loaded only when used, and errors said in words."""

import importlib
import sys
from typing import NoReturn

COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("hub.cli.up", "Start the hub."),
    "ask": ("hub.cli.ask", "Ask the running hub for something, once."),
    "chat": ("hub.cli.chat", "Talk with the running hub."),
    "devices": ("hub.cli.devices", "List, show, adopt, name and place devices."),
    "explain": ("hub.cli.explain", "Show why the hub did what it did."),
    "schedule": ("hub.cli.schedule", "List or cancel what is due later."),
    "status": ("hub.cli.status", "Show the state of the running hub."),
    "doctor": ("hub.cli.doctor", "Check this machine and say what to do."),
    "service": ("hub.cli.service", "Install the hub as a system service."),
    "mqtt": ("hub.cli.mqtt", "Show the broker and who asks for a login."),
    "model": ("hub.cli.model", "Show the model in use; train, quantise, measure and choose models."),
    "understand": ("hub.cli.understand", "Answer evaluation cases on standard input (JSON lines)."),
}
EXIT_CONFIG = 78  # EX_CONFIG of sysexits.h


def main() -> NoReturn:
    """Run the command named on the command line."""
    arguments = sys.argv[1:]
    name = arguments[0] if arguments else "--help"
    if name in ("-h", "--help", "help"):
        _print_help()
        sys.exit(0)
    if name == "--version":
        from hub import __version__

        sys.stdout.write(f"aios {__version__}\n")
        sys.exit(0)
    if name not in COMMANDS:
        sys.stderr.write(f"aios: there is no command {name!r}. `aios --help` lists them.\n")
        sys.exit(2)
    sys.exit(_run(name, arguments[1:]))


def _run(name: str, arguments: list[str]) -> int:
    from hub.contracts.errors import ConfigError, HubError, StorageError

    is_debug = "--debug" in arguments
    module = importlib.import_module(COMMANDS[name][0])
    try:
        status = module.run([argument for argument in arguments if argument != "--debug"])
    except HubError as error:
        if is_debug:
            raise
        from hub.runtime.logs import escape

        sys.stderr.write(escape(f"aios {name}: {error.what}") + "\n")
        if error.hint:
            sys.stderr.write(escape(f"  What to do: {error.hint}") + "\n")
        return EXIT_CONFIG if isinstance(error, ConfigError | StorageError) else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    return int(status or 0)


def _print_help() -> None:
    width = max(len(name) for name in COMMANDS)
    lines = [
        "Usage: aios COMMAND [OPTIONS]",
        "",
        "The hub and its command line. `aios COMMAND --help` shows options and examples.",
        "",
    ]
    lines += [f"  {name.ljust(width)}  {text}" for name, (_, text) in COMMANDS.items()]
    lines += ["", "Start here:  aios up --demo", ""]
    sys.stdout.write("\n".join(lines))
