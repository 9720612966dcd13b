"""Noun phrases for targets and places, rendered from one meaning in either language."""

import random
from dataclasses import dataclass

from training.corpus.grammar import Piece
from training.corpus.home import PLACES, Home
from training.corpus.lexicon import Entry

_IRREGULAR = ("s", "blinds", "lights", "speakers", "earbuds", "headphones", "keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where: a room, somebody's room, a floor, the whole house or here."""

    style: str
    entry: Entry
    other: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What: a device, with or without its place, owner, quantity and a second device."""

    style: str
    entry: Entry
    place: Place
    owner: Entry
    other: Entry


def draw_place(home: Home, *, is_adverb: bool) -> Place:
    """Return a random place; adverbs may be "here" or a floor."""
    rng = home.rng
    room = rng.choice(home.rooms)
    style = rng.random()
    if style < 0.07:
        return Place(style="owned", entry=rng.choice(home.people))
    if style < 0.12:
        return Place(style="wide", entry=rng.choice(PLACES["wide"]))
    if style < 0.16:
        return Place(style="two", entry=room, other=rng.choice(home.rooms))
    if style < 0.26:
        return Place(style="floor", entry=rng.choice(PLACES["floors"]))
    if style < 0.36 and is_adverb:
        return Place(style="near", entry=PLACES["near"][0])
    return Place(style="room", entry=room)


def draw_target(home: Home, kinds: str, *, style: str = "") -> Target:
    """Return a random target of the kinds, in a random style unless one is given."""
    rng = home.rng
    styles = ("bare", "before", "after", "all", "owner", "odd", "adorned", "two", "areas", "placed")
    chosen = style or rng.choices(styles, (30, 32, 14, 6, 4, 3, 6, 3, 2, 4))[0]
    entry = home.device(kinds)
    if chosen == "odd":
        entry = home.odd()
    elif chosen in ("adorned", "placed") and rng.random() < 0.7:
        entry = home.adorned(entry)
    room = Place(style="room", entry=rng.choice(home.rooms))
    place = room if chosen in ("before", "placed") else draw_place(home, is_adverb=True)
    if chosen == "areas":
        place = Place(style="two", entry=room.entry, other=rng.choice(home.rooms))
    return Target(style=chosen, entry=entry, place=place, owner=rng.choice(home.people), other=home.device(kinds))


def place_en(place: Place, rng: random.Random, *, is_adverb: bool) -> list[Piece]:
    """Render "the kitchen", or "in the kitchen" for an adverb."""
    name = rng.choice(place.entry.en)
    if place.style == "near":
        return [(name if name.startswith("in ") or name == "here" else f"in {name}", "area")]
    if place.style == "floor" and "floor" not in name:
        return [(name, "area")]
    lead = "on " if place.style == "floor" else "in "
    pieces: list[Piece] = [(lead, "")] if is_adverb else []
    if place.style == "owned":
        return [*pieces, (f"{name}'s {rng.choice(('room', 'bedroom', 'office'))}", "area")]
    pieces += _article(name, rng)
    if place.style == "two" and place.other is not None:
        pieces += [(" and ", ""), *_article(rng.choice(place.other.en), rng)]
    return pieces


def place_zh(place: Place, rng: random.Random, *, is_adverb: bool) -> list[Piece]:
    """Render 厨房, or 厨房里 for an adverb."""
    name = rng.choice(place.entry.zh)
    if place.style == "owned":
        name = f"{name}{rng.choice(('的', ''))}{rng.choice(('房间', '卧室', '屋里', '书房'))}"
    pieces: list[Piece] = [(name, "area")]
    if place.style == "two" and place.other is not None:
        pieces += [(rng.choice("和跟与"), ""), (rng.choice(place.other.zh), "area")]
    if is_adverb and place.style == "room" and rng.random() < 0.3:
        pieces.append((rng.choice(("里", "里面", "那边")), ""))
    return pieces


def target_en(target: Target, rng: random.Random) -> list[Piece]:
    """Render the target in English, articles untagged."""
    name = rng.choice(target.entry.en)
    device: Piece = (name, "device")
    room = rng.choice(target.place.entry.en)
    match target.style:
        case "none":
            return [device]
        case "before" | "placed":
            if target.entry.is_kind_word and rng.random() < 0.5:
                device = (plural(name), "device")
            owner = f"{room}'s" if rng.random() < 0.03 else room
            return [*_the(rng), (owner, "area"), (" ", ""), device]
        case "after":
            if target.entry.is_kind_word and rng.random() < 0.5:
                device = (plural(name), "device")
            return [*_the(rng), device, (" ", ""), *place_en(target.place, rng, is_adverb=True)]
        case "all":
            return all_en(target, rng)
        case "owner":
            owner = rng.choice(target.owner.en)
            return [(f"{owner}'s {name}", "device")]
        case "odd":
            return [device]
        case "two":
            return [*_the(rng), device, (" and ", ""), *_the(rng), (rng.choice(target.other.en), "device")]
        case "areas" if target.place.other is not None:
            second = (rng.choice(target.place.other.en), "area")
            return [*_the(rng), (room, "area"), (" and ", ""), second, (" ", ""), (plural(name), "device")]
        case _:
            if target.entry.is_kind_word and rng.random() < 0.35:
                device = (plural(name), "device")
            return [*_the(rng), device]


def all_en(target: Target, rng: random.Random) -> list[Piece]:
    """Render "all the lights", with or without a place."""
    name = rng.choice(target.entry.en)
    quantifier = rng.choice(("all", "all", "all", "every", "both", "all of", "each"))
    single = quantifier in ("every", "each")
    pieces: list[Piece] = [(quantifier.removesuffix(" of"), "quantifier"), (" ", "")]
    if quantifier == "all of":
        pieces.append(("of the ", ""))
    elif not single and rng.random() < 0.5:
        pieces.append(("the ", ""))
    shown = name if single else plural(name)
    if rng.random() < 0.3 and target.place.style == "room":
        pieces += [(rng.choice(target.place.entry.en), "area"), (" ", "")]
    pieces.append((shown, "device"))
    if rng.random() < 0.3:
        pieces += [(" ", ""), *place_en(target.place, rng, is_adverb=True)]
    return pieces


def target_zh(target: Target, rng: random.Random) -> list[Piece]:
    """Render the target in Chinese, 的 untagged."""
    name = rng.choice(target.entry.zh)
    device: Piece = (name, "device")
    match target.style:
        case "none":
            return [device]
        case "before" | "after" | "placed" | "areas":
            place = place_zh(target.place, rng, is_adverb=target.style == "after")
            return [*place, (rng.choice(("的", "的", "")), ""), device]
        case "all":
            return all_zh(target, rng)
        case "owner":
            return [(f"{rng.choice(target.owner.zh)}{rng.choice(('的', '的', ''))}{name}", "device")]
        case "two":
            return [device, (rng.choice(("和", "跟", "、", "还有")), ""), (rng.choice(target.other.zh), "device")]
        case _:
            return [device]


def all_zh(target: Target, rng: random.Random) -> list[Piece]:
    """Render 所有的灯, with or without a place."""
    pieces: list[Piece] = []
    if rng.random() < 0.5:
        pieces = [*place_zh(target.place, rng, is_adverb=True), (rng.choice(("的", "")), "")]
    quantifier = rng.choice(("所有", "所有", "全部", "全部", "每个", "两个", "一切"))
    if quantifier == "每个":
        quantifier = rng.choice(("每个", "每盏", "每一个"))
    linked = rng.choice(("的", "")) if quantifier in ("所有", "全部", "一切") else ""
    return [*pieces, (quantifier, "quantifier"), (linked, ""), (rng.choice(target.entry.zh), "device")]


def plural(name: str) -> str:
    """Return the English plural of a device name."""
    if name.endswith(_IRREGULAR) or name in ("heating", "air conditioning", "the heat"):
        return name
    return f"{name}es" if name.endswith(("ch", "sh", "x")) else f"{name}s"


def _the(rng: random.Random) -> list[Piece]:
    return [(rng.choices(("the ", "", "my ", "that ", "our "), (62, 28, 6, 2, 2))[0], "")]


def _article(name: str, rng: random.Random) -> list[Piece]:
    if name.startswith("the "):
        return [("the ", ""), (name.removeprefix("the "), "area")]
    if name.startswith(("my ", "upstairs", "downstairs")):
        return [(name, "area")]
    return [(rng.choices(("the ", "", "my "), (82, 14, 4))[0], ""), (name, "area")]
