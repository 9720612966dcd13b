"""What turns a command round: what is left out of it, second thoughts, conditions, and commands that are only told of.

The frames stand in data/turns, in the notation of the grammar. `{D}` is a thing of the command's kind, `{new}` what was
meant in place of `{old}`, `{command}` the words of a command. What stands around a command carries a role.
"""

import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from training.corpus.filler import Filler
from training.corpus.grammar import Fill, Piece, Template, expand, parse
from training.corpus.lexicon import DATA
from training.corpus.phrases import draw_target

UNTAUGHT = "untaught"
"""The tag of words whose tag is not to be learned: which word of a frame is its cue is not said there."""
_WEIGHTS = {
    "left_out_behind": 24, "left_out_before": 12, "correction": 30, "condition_before": 11, "condition_behind": 8,
    "withdrawn": 8, "told": 16,
}  # fmt: skip
_GROUPED = ("turn_on", "turn_off", "open", "close", "lock", "pause", "stop", "mute", "set_brightness", "start")
_KINDS = {"open": "cover", "close": "cover", "lock": "lock", "pause": "media", "mute": "media", "start": "vacuum"}
_CHANGED = ("D", "N", "K", "A", "inA", "V", "color", "white", "hvac", "fanmode", "source", "media", "clock", "dur")
_WHOLE = 0.25  # share of second thoughts that say the whole command again
_VERBS = frozenset(
    "turn switch put set open close shut lock unlock dim play pause stop mute start make raise lower bring pull draw "
    "kill crank run send leave keep bump knock get cut".split()
)
_DOUBLED = frozenset("put set shut dim stop get cut run".split())
_TURNED = re.compile(
    r"\[except:|\b(?:but|leave|let|keep|not|only|just|when|if|once|unless|until|after|before|instead|rather)\b|[除别不留光只等]|要是|如果|的时候"
)
"""A family that says itself what limits its command: its words' roles are not taught."""
_IS_THING, _IS_GROUP = re.compile(r"D:(?!.*0$)"), re.compile(r"(?:Q|K|D):(?!.*0$)")
_LEADING = re.compile(r"^ +")  # a space that the grammar would strip
_VERBS_ZH = tuple("打开关把调锁播拉放暂停启升降设")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A sentence as pieces, role marks among them; `intent` is "" where it is no single one."""

    pieces: list[Piece]
    intent: str
    family: str
    is_remark: bool = False


@cache
def frames() -> dict[str, dict[str, tuple[Template, ...]]]:
    """Return every frame: language -> list -> templates."""
    found: dict[str, dict[str, list[Template]]] = {"en": defaultdict(list), "zh": defaultdict(list)}
    for path in sorted((DATA / "turns").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        lang = table.pop("lang")
        for name, text in table.items():
            lines = filter(str.strip, text.splitlines())
            found[lang][name] += [parse(name, lang, _LEADING.sub("( )", line)) for line in lines]
    return {lang: {name: tuple(rows) for name, rows in lists.items()} for lang, lists in found.items()}


def marked(role: str) -> Piece:
    """Return the piece from which on the words have a role."""
    return ("", f"role:{role}")


def is_turned(row: Template) -> bool:
    """Tell whether a family has words of its own that may limit or put off its command."""
    return _TURNED.search(row.source) is not None


class Turns:
    """Draws commands with something that turns them round.

    Args:
        pools: intent -> templates of one language.
        kept: frames of that language.
        dress: makes an imperative polite or hurried.
    """

    def __init__(
        self,
        pools: dict[str, tuple[Template, ...]],
        kept: dict[str, tuple[Template, ...]],
        dress: Callable[[list[Piece]], list[Piece]],
        weights: dict[str, float],
    ) -> None:
        self._kept = {name: rows for name, rows in kept.items() if rows}
        self._dress = dress
        moves = {
            intent: tuple(row for row in rows if row.is_imperative and not is_turned(row))
            for intent, rows in pools.items()
            if intent.startswith("home.") and ".query" not in intent
        }
        self._moves = {intent: rows for intent, rows in moves.items() if rows}
        self._weights = [weights.get(intent, 1.0) for intent in self._moves]
        self._groups = [row for rows in self._moves.values() for row in rows if _is_grouped(row)]

    def draw(self, filler: Filler) -> Turn:
        """Return one sentence."""
        rng = filler.rng
        name = rng.choices(list(self._kept), [_WEIGHTS[key] for key in self._kept])[0]
        frame = rng.choice(self._kept[name])
        family = f"{filler.lang}|{name}|{frame.source}"
        if name == "told":
            return Turn(pieces=self._told(frame, filler), intent="none", family=family, is_remark=True)
        if name.startswith("left_out"):
            row = rng.choice(self._groups)
            for slot in filter(_IS_THING.match, row.slots):
                kinds = slot.partition(":")[2]
                filler.meanings[slot] = [draw_target(filler.home, kinds.rstrip("0"), style="all")]
            command = expand(row.body, rng, filler.fill)
            around = self._left_out(frame, row, filler)
            return Turn(pieces=_placed(name, command, around, "left_out"), intent=row.intent, family=family)
        row = self._command(rng)
        said: list[tuple[str, str, list[Piece]]] = []
        command = expand(row.body, rng, _noting(filler.fill, said))
        if rng.random() < 0.6:
            command = self._dress(command)
        if name == "withdrawn":
            around = expand(frame.body, rng, _of_any_kind(filler.fill))
            return Turn(pieces=[*command, marked("withdrawn"), *_untaught(around)], intent="", family=family)
        if name == "correction":
            around = self._corrected(frame, row, said, filler)
            return Turn(pieces=[*command, marked("correction"), *around], intent="", family=family)
        around = expand(frame.body, rng, _of_any_kind(filler.fill))
        clause = "".join(text for text, _ in around)
        body = clause.strip(" ,，")
        lead, _, tail = clause.partition(body)
        around = [(lead, ""), (body, "when"), (tail, "")]
        return Turn(pieces=_placed(name, command, around, "condition"), intent=row.intent, family=family)

    def _command(self, rng: random.Random) -> Template:
        intent = rng.choices(list(self._moves), self._weights)[0]
        return rng.choice(self._moves[intent])

    def _left_out(self, frame: Template, row: Template, filler: Filler) -> list[Piece]:
        kinds = _kinds_of(row)

        def fill(name: str, arg: str) -> list[Piece]:
            if name == "D":
                thing = filler.fill("D", f"{kinds}0")
                return [("the ", ""), *thing] if filler.lang == "en" and filler.rng.random() < 0.8 else thing
            return filler.fill(name, arg)

        return _untaught(expand(frame.body, filler.rng, fill))

    def _corrected(
        self, frame: Template, row: Template, said: list[tuple[str, str, list[Piece]]], filler: Filler
    ) -> list[Piece]:
        rng = filler.rng
        able = [one for one in said if one[0] in _CHANGED and one[2]]
        has_old = "{old}" in frame.source
        name, arg, old = rng.choice(able) if able else ("", "", [])
        is_whole = not able or (not has_old and rng.random() < _WHOLE)

        def fill(slot: str, given: str) -> list[Piece]:
            if slot == "old":
                return [(text, tag or UNTAUGHT) for text, tag in _stripped(old)]
            if slot != "new":
                return _of_any_kind(filler.fill)(slot, given)
            if is_whole:
                again = row if rng.random() < 0.5 else self._command(rng)
                return [(text, tag or "plain") for text, tag in expand(again.body, rng, filler.fill)]
            new = filler.fill(name, arg) or filler.fill("A", "")
            return [(text, tag or "plain") for text, tag in _stripped(new)]

        return [(text, "" if tag == "plain" else tag) for text, tag in _untaught(expand(frame.body, rng, fill))]

    def _told(self, frame: Template, filler: Filler) -> list[Piece]:
        rng = filler.rng

        def fill(name: str, arg: str) -> list[Piece]:
            if name not in ("command", "command_ing"):
                return _of_any_kind(filler.fill)(name, arg)
            for _ in range(20):
                pieces = [(text, "") for text, _ in expand(self._command(rng).body, rng, filler.fill)]
                text = "".join(text for text, _ in pieces).strip()
                if filler.lang == "zh" and text.startswith(_VERBS_ZH):
                    return [(text, "")]
                first, space, rest = text.partition(" ")
                if filler.lang == "en" and first in _VERBS:
                    return [(text if name == "command" else f"{_gerund(first)}{space}{rest}", "")]
            return (
                [("turn off the lights" if name == "command" else "turning off the lights", "")]
                if (filler.lang == "en")
                else [("关灯", "")]
            )

        return [(text, "") for text, _ in expand(frame.body, rng, fill)]


def _is_grouped(row: Template) -> bool:
    head = row.intent.removeprefix("home.").partition(".")[0]
    return head in _GROUPED and ("[quantifier:" in row.source or any(map(_IS_GROUP.match, row.slots)))


def _kinds_of(row: Template) -> str:
    given = next((slot.partition(":")[2] for slot in row.slots if _IS_GROUP.match(slot)), "")
    if "[device:(lights" in row.source or "[device:lights" in row.source or "[device:灯" in row.source:
        given = given or "light"
    return (given or _KINDS.get(row.intent.removeprefix("home.").partition(".")[0], "onoff")).rstrip("0")


def _placed(name: str, command: list[Piece], around: list[Piece], role: str) -> list[Piece]:
    if name.endswith("_before"):
        return [marked(role), *around, marked("command"), *command]
    return [*command, marked(role), *around]


def _untaught(pieces: list[Piece]) -> list[Piece]:
    return [(text, tag or (UNTAUGHT if text.strip(" ,，") else "")) for text, tag in pieces]


def _noting(fill: Fill, said: list[tuple[str, str, list[Piece]]]) -> Fill:
    """Return a filler that also keeps what each slot became."""

    def noting(name: str, arg: str) -> list[Piece]:
        pieces = fill(name, arg)
        said.append((name, arg, pieces))
        return pieces

    return noting


def _of_any_kind(fill: Fill) -> Fill:
    """Return a filler for which a bare thing may be of any kind that is switched."""
    return lambda name, arg: fill(name, arg or ("onoff" if name == "D" else ""))


def _stripped(pieces: list[Piece]) -> list[Piece]:
    if not pieces:
        return pieces
    first, last = pieces[0], pieces[-1]
    pieces = [(first[0].lstrip(), first[1]), *pieces[1:]]
    return [*pieces[:-1], (pieces[-1][0].rstrip(), last[1])]


def _gerund(verb: str) -> str:
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ing"
    return f"{verb.removesuffix('e')}ing"
