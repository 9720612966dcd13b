"""The grammar: every family parses and expands, samples are reproducible, spans lie where their words are."""

import random

import pytest

from training.corpus.generate import COMPOUND, Generator, intents, is_held_out_family, templates
from training.corpus.grammar import Choice, expand, parse
from training.corpus.numbers import chinese, english


def test_the_same_seed_gives_the_same_samples() -> None:
    assert list(Generator(4).samples(200)) == list(Generator(4).samples(200))
    assert list(Generator(4).samples(200)) != list(Generator(5).samples(200))


def test_every_family_expands_without_template_marks() -> None:
    generator = Generator(1, families="all")
    for lang, table in templates().items():
        for intent, rows in table.items():
            for _ in range(2 * len(rows)):
                sample = generator.single(lang, intent)
                assert sample.text
                assert not set("{}[]|") & set(sample.text), sample


def test_spans_hold_their_words_and_do_not_overlap() -> None:
    for sample in Generator(2, families="all").samples(3_000):
        end_before = 0
        for start, end, _tag in sample.spans:
            assert end_before <= start < end <= len(sample.text), sample
            assert sample.text[start:end].strip() == sample.text[start:end], sample
            end_before = end


def test_a_compound_names_the_start_of_each_command() -> None:
    compounds = [sample for sample in Generator(3).samples(400, compounds=1.0) if sample.intent == COMPOUND]
    assert len(compounds) == 400
    for sample in compounds:
        assert sample.segments[0] == 0
        assert len(sample.segments) >= 2
        assert list(sample.segments) == sorted(set(sample.segments))


def test_held_out_families_are_never_drawn_for_training() -> None:
    held_out = {
        f"{row.lang}|{row.intent}|{row.source}"
        for table in templates().values() for rows in table.values() for row in rows if is_held_out_family(row)
    }  # fmt: skip
    seen = {sample.family for sample in Generator(6).samples(5_000, compounds=0.0)}
    unseen = {sample.family for sample in Generator(6, families="held_out").samples(500, compounds=0.0)}
    assert held_out
    assert not seen & held_out
    assert unseen - held_out <= {"en|none|fragment", "zh|none|fragment"}


def test_both_languages_know_every_intent() -> None:
    assert set(templates()["en"]) == set(templates()["zh"]) == set(intents())


@pytest.mark.parametrize("line", ["turn on (the light", "turn {D:light on", "a) b", "[state:on"])
def test_a_broken_line_is_refused_by_name(line: str) -> None:
    with pytest.raises(ValueError, match="in '"):
        parse("home.turn_on", "en", line)


def test_choices_and_tags_expand() -> None:
    template = parse("x", "en", "! (a|b) [state:(on|off)]")
    assert template.is_imperative
    assert isinstance(template.body, Choice)
    pieces = expand(template.body, random.Random(1), lambda name, arg: [])
    assert [tag for text, tag in pieces if text in ("on", "off")] == ["state"]


@pytest.mark.parametrize(
    ("number", "in_english", "in_chinese"),
    [(2, "two", "二"), (10, "ten", "十"), (12, "twelve", "十二"), (26, "twenty six", "二十六"), (30, "thirty", "三十"),
     (105, "one hundred five", "一百零五"), (110, "one hundred ten", "一百一十"),
     (2700, "two thousand seven hundred", "二千七百")],
)  # fmt: skip
def test_numbers_are_spoken(number: int, in_english: str, in_chinese: str) -> None:
    assert (english(number), chinese(number)) == (in_english, in_chinese)
