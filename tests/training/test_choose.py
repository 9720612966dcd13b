"""Choosing a variant: the fastest of those that keep the budget and understand nearly as much as the best."""

from pathlib import Path

import pytest

from training.choose import choose, install
from training.report import Line, table
from training.trial import upper_bound


def line(variant: str, ms: float | None, exact: float, wrong: int, *, is_control: bool = False) -> Line:
    return Line(
        variant=variant, is_control=is_control, size_mb=18.0, memory_mb=100.0, p50_ms=ms, p99_ms=ms, intent_pct=95.0,
        slot_f1_pct=95.0, cases=1000, exact_pct=exact, wrong=wrong, wrong_pct=wrong / 10, wrong_bound_pct=1.0,
    )  # fmt: skip


def chosen(*lines: Line) -> str | None:
    return choose(lines, budget_pct=0.5, most_lost=1.0).variant


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([line("slow", 4.0, 90.0, 3), line("fast", 1.0, 89.5, 5)], "fast"),
        ([line("slow", 4.0, 90.0, 3), line("fast", 1.0, 90.0, 6)], "slow"),
        ([line("slow", 4.0, 90.0, 3), line("fast", 1.0, 88.9, 0)], "slow"),
        ([line("bold", 2.0, 99.0, 50), line("careful", 3.0, 90.0, 1), line("fast", 1.0, 89.5, 1)], "fast"),
        ([line("model", 1.0, 90.0, 3), line("randomised", 0.1, 90.0, 0, is_control=True)], "model"),
        ([line("model", 1.0, 90.0, 6)], None),
        ([line("rules alone", None, 30.0, 0)], None),
        ([], None),
    ],
)
def test_the_choice(lines: list[Line], wanted: str | None) -> None:
    assert chosen(*lines) == wanted


def test_the_reason_names_what_decided() -> None:
    reason = choose([line("slow", 4.0, 90.0, 3), line("fast", 1.0, 89.5, 5)], budget_pct=0.5, most_lost=1.0).reason
    for part in ("fast: of 2 variants 2 keep", "0.50 %", "1.00 ms", "89.5 % exact", "5 of 1000", "95 % confidence"):
        assert part in reason
    failed = choose([line("near", 1.0, 90.0, 6), line("far", 0.5, 95.0, 9)], budget_pct=0.5, most_lost=1.0).reason
    assert "near with 0.60 % (6 of 1000)" in failed


def test_a_model_is_installed_in_place_of_the_old_one(tmp_path: Path) -> None:
    for name in ("new", "model"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"of {name}").touch()
    install(tmp_path / "new", tmp_path / "model")
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["of new"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "new"]


def test_what_was_not_measured_is_left_open_in_the_table() -> None:
    shown = table([line("rules alone", None, 30.0, 0)]).splitlines()
    assert shown[-1].startswith("| rules alone | 18.0 | 100 | - | - |")
    assert len({row.count("|") for row in shown}) == 1


@pytest.mark.parametrize(
    ("wrong", "cases", "bound"),
    [(0, 6000, 0.0005), (0, 600, 0.00498), (3, 600, 0.01287), (5, 5, 1.0), (0, 0, 1.0)],  # binom.test of R
)
def test_the_bound_is_that_of_clopper_and_pearson(wrong: int, cases: int, bound: float) -> None:
    assert upper_bound(wrong, cases) == pytest.approx(bound, rel=0.01)
