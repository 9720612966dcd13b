"""What the words around a target say about it: the music, what is lit, the like of what was spoken of."""

import re
from collections.abc import Sequence
from dataclasses import replace

from hub.contracts.device import DeviceKind
from hub.contracts.frame import Scope, Target
from hub.understanding.framed import Scene
from hub.understanding.index import HomeIndex, IndexedDevice
from hub.understanding.lexicon.words import ALL_WORDS, EVERYTHING
from hub.understanding.mentions import Mention
from hub.understanding.reading import Reading
from hub.understanding.setting import MANY_PLAYERS, target_of
from hub.understanding.tokens import join

DARK = re.compile(
    r"\b(?:dark|black|gloomy|can'?t see|see a thing|see nothing)\b|[黑暗]|看不(?:见|清|到)|伸手不见", re.IGNORECASE
)


_MUSIC = re.compile(r"\b(?:music|songs?|tunes?|album|playlist)\b|音乐|歌|曲子", re.IGNORECASE)


_WATCHED = re.compile(
    r"\b(?:news|film|movie|show|series|match|game|programme|episode)\b|新闻|电影|电视剧|节目|球赛", re.IGNORECASE
)


def _is_screen(device: IndexedDevice) -> bool:
    return device.kind is DeviceKind.TV or device.device_class == "tv"


def of_music(reading: Reading, intent: str, targets: tuple[Target, ...], scene: Scene) -> tuple[Target, ...]:
    """Return "the music" on what plays music: not the TV that was spoken of, where there is a speaker as well."""
    if intent not in MANY_PLAYERS | {"home.stop"} or has_things(reading.mentions):
        return targets
    if _WATCHED.search(reading.match):
        screens = [device for device in scene.index.devices if _is_screen(device) and device.is_on is not False]
        return (target_of(Scope.KIND, screens, kind="tv"),) if screens else targets
    if not _MUSIC.search(reading.match):
        return targets
    limit = {area for target in targets for area in target.areas}
    players = [
        device
        for device in scene.index.devices
        if "media_player" in device.capabilities and not _is_screen(device) and (not limit or device.area in limit)
    ]
    playing = [device for device in players if device.is_on] or (players if intent == "home.play" else [])
    return (target_of(Scope.KIND, playing, tuple(limit), "media"),) if playing else targets


DIMMED = re.compile(r"\b(?:dim|lower|turn down|bring down|tone down|down)\b|[暗]", re.IGNORECASE)


def lit(target: Target, index: HomeIndex) -> Target:
    """Return "the bedroom light" that is dimmed as those that are lit: a lamp that is off is not meant."""
    lit = tuple(device for device in target.devices if index.by_id[device].is_on)
    is_open = target.scope is Scope.CONTEXT or (target.scope in (Scope.AREA, Scope.KIND) and not target.is_plural)
    return replace(target, devices=lit) if is_open and lit and len(target.devices) > 1 else target


def all_off(targets: Sequence[Target], index: HomeIndex) -> bool:
    """Tell whether everything that is meant is off."""
    devices = [index.by_id[device] for target in targets for device in target.devices]
    return bool(devices) and all(device.is_on is False for device in devices)


def the_like(target: Target, before: Target, index: HomeIndex) -> Target:
    """Return "the living room one" as the one that is called most like what was spoken of (the ceiling light there)."""
    if len(target.devices) < 2 or len(before.devices) != 1 or before.devices[0] not in index.forms:
        return target
    said = {stem for form in index.forms[before.devices[0]] for stem in form.stems}
    likeness = {device: max(len(said & set(form.stems)) for form in index.forms[device]) for device in target.devices}
    best = max(likeness.values())
    alike = tuple(device for device in target.devices if likeness[device] == best)
    return replace(target, devices=alike, is_plural=False) if len(alike) == 1 else target


def names_all(mention: Mention) -> bool:
    """Tell whether a phrase means all things there are, whatever they are ("anything", "any", 一切)."""
    return mention.device is not None and (join(mention.device.tokens) in EVERYTHING | ALL_WORDS)


def has_things(mentions: Sequence[Mention]) -> bool:
    """Tell whether a thing is named, beside what is left out."""
    return any(mention.device is not None and not mention.is_excluded for mention in mentions)
