"""The words of one language, from plain files, and a formatter that never interprets what people or devices said."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from hub.contracts.device import Area, Device, DeviceKind
from hub.contracts.skill import HomeView

FALLBACK = "en"
_CJK = re.compile(r"[\u3400-\u9fff]")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LISTED = 3  # more devices than this are counted, not named
_SECONDS_SHOWN = timedelta(minutes=3)  # a time closer than this is said to the second

_Table = Mapping[str, str | Sequence[str]]


class Wording:
    """Sentences of one language; what a language lacks is said in English."""

    def __init__(self, language: str) -> None:
        self.language = language if language in _languages() else FALLBACK
        self._tables = _load(self.language)
        self._fallback = _load(FALLBACK)

    def say(self, table: str, key: str, **values: str) -> str:
        """Return the sentence with its placeholders filled in one pass; `{What}` is `what` with a capital.

        Raises:
            KeyError: no language has the sentence.
        """
        found = self.find(table, key)
        if found is None:
            raise KeyError(f"{table}.{key}")
        return _fill(found, values)

    def find(self, table: str, key: str) -> str | None:
        """Return the raw sentence, or None where neither this language nor English has it."""
        for tables in (self._tables, self._fallback):
            found = tables.get(table, {}).get(key)
            if isinstance(found, str):
                return found
        return None

    def words(self, table: str, key: str) -> Sequence[str]:
        """Return a list of words, empty where there is none."""
        for tables in (self._tables, self._fallback):
            found = tables.get(table, {}).get(key, "")
            if found and not isinstance(found, str):
                return found
        return ()

    def join(self, items: Sequence[str], *, last: str = "and") -> str:
        """Return "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        return self.say("list", "comma").join(items[:-1]) + self.say("list", last) + items[-1]

    def text(self, sentences: Iterable[str]) -> str:
        """Return the sentences as one text, each with its full stop."""
        stop = self.say("list", "stop")
        ended = (part if part[-1] in ".?!。？！" else part + stop for part in sentences if part)
        return self.say("list", "space").join(dict.fromkeys(ended))

    def kind(self, kind: str, count: int = 1) -> str:
        """Return the word for a kind of device in singular or plural."""
        forms = self.words("kind", kind) or self.words("kind", "default")
        return forms[0] if count == 1 else forms[1]

    def number(self, count: int) -> str:
        """Return a small count as a word."""
        words = self.words("number", "words")
        return words[count] if count < len(words) else str(count)

    def time(self, due: datetime, now: datetime) -> str:
        """Return an absolute local time: "at 14:32", "tomorrow at 07:00", "on Friday, 27 November at 07:00"."""
        clock = f"{due:%H:%M:%S}" if abs(due - now) < _SECONDS_SHOWN else f"{due:%H:%M}"
        if due.date() == now.date():
            return self.say("say", "at", time=clock)
        if due.date() == now.date() + timedelta(days=1):
            return self.say("say", "tomorrow_at", time=clock)
        date = self.say(
            "date",
            "pattern",
            weekday=self.words("date", "weekdays")[due.weekday()],
            day=str(due.day),
            month=self.words("date", "months")[due.month - 1],
        )
        return self.say("say", "date_at", date=date, time=clock)

    def devices(self, ids: Sequence[str], home: HomeView) -> str:
        """Return how a person would call these devices together: a name, names, or "the three kitchen lights"."""
        found = [(device_id, home.device(device_id)) for device_id in dict.fromkeys(ids)]
        known = [device for _, device in found if device is not None]
        if len(known) == len(found) and len(known) > 1:
            group = self._group(known, home)
            if group is not None:
                return group
        return self.join([self.name(device, home) if device else device_id for device_id, device in found])

    def name(self, device: Device, home: HomeView) -> str:
        """Return the device's name, with an article where the language wants one."""
        name = self._spoken((device.name, *device.aliases))
        if self.language != "en":
            return name
        places = {word for area in home.areas() for word in area.name.casefold().split()}
        nouns = {*self.words("noun", "words"), *places}
        words = name.split()
        if not words or words[-1].casefold() not in nouns or any("'" in word or "’" in word for word in words):
            return name
        lowered = [word.lower() if word.istitle() and word.casefold() in nouns else word for word in words]
        return self.say("word", "the", name=" ".join(lowered))

    def area(self, area: Area) -> str:
        """Return the name of an area as it stands within a sentence."""
        translated = self.find("area", area.name.casefold())
        name = translated or self._spoken((area.name, *area.aliases))
        return name.lower() if self.language == "en" and name.split()[0].istitle() else name

    def _spoken(self, names: Sequence[str]) -> str:
        """Return the first name that is written in this language's script, else the first."""
        is_chinese = self.language == "zh"
        return next((name for name in names if (_CJK.search(name) is not None) is is_chinese), names[0])

    def _group(self, devices: Sequence[Device], home: HomeView) -> str | None:
        kinds = {device.kind for device in devices}
        areas = {device.area for device in devices}
        kind = devices[0].kind
        if len(kinds) > 1 or (len(areas) > 1 and len(devices) <= _LISTED):
            return None if len(devices) <= _LISTED else self._counted(devices, kind, kinds, "everywhere", None)
        area = next((area for area in home.areas() if area.id == devices[0].area), None) if len(areas) == 1 else None
        peers = [d for d in home.devices() if d.kind is kind and d.is_adopted and (area is None or d.area == area.id)]
        is_whole = {device.id for device in peers} <= {device.id for device in devices}
        if not is_whole and len(devices) <= _LISTED:
            return None
        if len(areas) == 1 and area is None and len(devices) <= _LISTED:
            return None
        return self._counted(devices, kind, kinds, "in_area" if area else "everywhere", area, is_whole=is_whole)

    def _counted(
        self,
        devices: Sequence[Device],
        kind: DeviceKind,
        kinds: set[DeviceKind],
        where: str,
        area: Area | None,
        *,
        is_whole: bool = False,
    ) -> str:
        kind_name = kind.value if len(kinds) == 1 else "default"
        count = len(devices)
        things = self.kind(kind_name, count)
        measure = self.find("measure", kind_name) or self.find("measure", "default") or ""
        key = "both" if is_whole and count == 2 else "all" if is_whole else "some"
        place = self.area(area) if area else ""
        if self.language == "zh":  # the place stands before the count: 厨房的三盏灯
            inner = self.say("word", key, n=self.number(count), measure=measure, things=things)
            return self.say("word", where, area=place, things=inner)
        named = self.say("word", where, area=place, things=things)
        return self.say("word", key, n=self.number(count), measure=measure, things=named)


@cache
def wording(language: str) -> Wording:
    """Return the words of a language ("zh-CN" counts as "zh"); one that is not there gets English."""
    return Wording(language.partition("-")[0].lower())


@cache
def _languages() -> frozenset[str]:
    folder = files(__package__).joinpath("responses")
    return frozenset(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


@cache
def _load(language: str) -> Mapping[str, _Table]:
    text = files(__package__).joinpath("responses", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _fill(template: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        key = match.group(1)
        if key in values:
            return values[key]
        lowered = values.get(key[0].lower() + key[1:])
        return match.group() if lowered is None else lowered[:1].upper() + lowered[1:]

    return _PLACEHOLDER.sub(value, template)
