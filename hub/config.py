"""config.toml and the environment, validated once into frozen Settings; an error names the key and what is allowed."""

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_config_path, user_data_path

from hub.contracts.errors import ConfigError

ENVIRONMENT_PREFIX = "AIOS_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a setting may be: one of the choices, or a number from low to high."""

    choices: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeSettings:
    """[home]: the household itself."""

    name: str = "Home"
    language: Annotated[str, Allowed(choices=("en", "zh"))] = "en"
    time_zone: str = ""
    temperature_unit: Annotated[str, Allowed(choices=("C", "F"))] = "C"
    heat_limit_c: Annotated[float, Allowed(low=5, high=35)] = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """[broker]: which MQTT broker, and how it is reached."""

    url: str = ""
    username: str = ""
    password_file: str = ""
    ca_file: str = ""
    discover: bool = False
    open_to_network: bool = False
    port: Annotated[int, Allowed(low=0, high=65535)] = 0
    mosquitto: str = ""
    embedded: Annotated[str, Allowed(choices=("auto", "mosquitto", "amqtt"))] = "auto"
    keepalive_s: Annotated[int, Allowed(low=5, high=600)] = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """[http]: the REST interface and the page."""

    host: str = "127.0.0.1"
    port: Annotated[int, Allowed(low=0, high=65535)] = 8080
    allowed_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MdnsSettings:
    """[mdns]: finding and being found."""

    enabled: bool = True
    interfaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """[database]: where what matters is kept."""

    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSettings:
    """[control]: how long the hub waits, and for what."""

    reply_within_s: Annotated[float, Allowed(low=0.1, high=10)] = 1.5
    confirm_within_s: Annotated[float, Allowed(low=1, high=600)] = 60.0
    question_valid_s: Annotated[float, Allowed(low=5, high=600)] = 60.0
    request_max_age_s: Annotated[float, Allowed(low=1, high=600)] = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """[model]: the intent model, and how often it may be wrong."""

    path: str = ""
    wrong_questions: Annotated[float, Allowed(low=0, high=0.2)] = 0.02
    wrong_actions: Annotated[float, Allowed(low=0, high=0.2)] = 0.005
    wrong_at_doors: Annotated[float, Allowed(low=0, high=0.2)] = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSettings:
    """[plugins]: drivers and skills beside the built-in ones."""

    folders: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """[log]: what is written to standard error."""

    level: Annotated[str, Allowed(choices=("debug", "info", "warning", "error"))] = "info"
    json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; `config.toml` in the repository lists each with its default and unit."""

    home: HomeSettings = field(default_factory=HomeSettings)
    broker: BrokerSettings = field(default_factory=BrokerSettings)
    http: HttpSettings = field(default_factory=HttpSettings)
    mdns: MdnsSettings = field(default_factory=MdnsSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    control: ControlSettings = field(default_factory=ControlSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    plugins: PluginSettings = field(default_factory=PluginSettings)
    log: LogSettings = field(default_factory=LogSettings)
    data_dir: Path = field(default_factory=lambda: user_data_path("aios"))
    is_demo: bool = False


def config_path() -> Path:
    """Return where the owner's config.toml lies by default (XDG)."""
    return user_config_path("aios") / "config.toml"


def load_settings(
    path: Path | None = None,
    *,
    data_dir: Path | None = None,
    is_demo: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Read the file (the default one may be absent) and `AIOS_<SECTION>_<KEY>` variables over it.

    Raises:
        ConfigError: unknown section or key, wrong type, or a value that is not allowed.
    """
    environ = os.environ if environ is None else environ
    table = _read(path) if path is not None else _read_default()
    hints = get_type_hints(Settings)
    sections = [f.name for f in fields(Settings) if f.name not in ("data_dir", "is_demo")]
    for name in table:
        if name not in sections:
            raise ConfigError(f"config.toml: unknown section [{name}].", hint=f"Known are: {', '.join(sections)}.")
    built: dict[str, object] = {}
    for name in sections:
        values = table.get(name, {})
        if not isinstance(values, dict):
            raise ConfigError(f"config.toml: {name} has to be a section.", hint=f"Write [{name}] on a line of its own.")
        built[name] = _section(hints[name], name, {**values, **_from_environment(hints[name], name, environ)})
    where = data_dir or (Path(environ["AIOS_DATA_DIR"]) if environ.get("AIOS_DATA_DIR") else user_data_path("aios"))
    settings = Settings(**built, data_dir=where.expanduser().absolute(), is_demo=is_demo)  # type: ignore[arg-type]  # each section was built by its own type
    _check_zone(settings.home.time_zone)
    return settings


def _read_default() -> dict[str, object]:
    path = config_path()
    return _read(path) if path.exists() else {}


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"There is no config file at {path}.", hint="Check the path given with --config.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text.", hint="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.", hint="See the sample config.toml.") from error


def _from_environment(section: type, name: str, environ: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, kind in get_type_hints(section).items():
        text = environ.get(f"{ENVIRONMENT_PREFIX}{name}_{key}".upper())
        if text is not None:
            found[key] = _from_text(text, kind)
    return found


def _from_text(text: str, kind: object) -> object:
    if kind is bool:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
    if kind in (int, float):
        try:
            return int(text) if kind is int else float(text)
        except ValueError:
            return text
    return [part for part in text.split(",") if part] if get_origin(kind) is tuple else text


def _section(section: type, name: str, values: Mapping[str, object]) -> object:
    hints = get_type_hints(section, include_extras=True)
    built: dict[str, object] = {}
    for key, value in values.items():
        if key not in hints:
            raise ConfigError(f"config.toml: unknown key {name}.{key}.", hint=f"Known are: {', '.join(hints)}.")
        built[key] = _value(f"{name}.{key}", value, hints[key])
    return section(**built)


def _value(key: str, value: object, hint: object) -> object:
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"config.toml: {key} has to be a list of strings, not {value!r}.", hint='Example: ["a"].')
        return tuple(value)
    kind, *rest = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        words = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}
        raise ConfigError(
            f"config.toml: {key} has to be {words[kind]}, not {value!r}.", hint="See the sample config.toml."
        )
    for allowed in rest:
        _check_allowed(key, value, allowed)
    return value


def _check_allowed(key: str, value: object, allowed: Allowed) -> None:
    if allowed.choices and value not in allowed.choices:
        raise ConfigError(
            f"config.toml: {key} = {value!r} is not allowed.",
            hint=f"Allowed are: {', '.join(allowed.choices)}.",
        )
    if isinstance(value, int | float) and not allowed.low <= value <= allowed.high:
        raise ConfigError(
            f"config.toml: {key} = {value} is out of range.",
            hint=f"Allowed is {allowed.low} to {allowed.high}.",
        )


def _check_zone(name: str) -> None:
    if not name:
        return
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            f"config.toml: home.time_zone = {name!r} is no time zone.", hint="Example: Europe/Berlin."
        ) from error
