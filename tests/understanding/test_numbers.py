"""Numbers with units in both languages."""

import pytest

from hub.understanding.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("dim it to twenty five percent", 25, "%"),
        ("thirty-five per cent", 35, "%"),
        ("two hundred and five", 205, ""),
        ("to 40%", 40, "%"),
        ("21.5 degrees", 21.5, "°"),
        ("twenty one and a half degrees", 21.5, "°"),
        ("seventy degrees fahrenheit", 70, "°F"),
        ("19 °C", 19, "°C"),
        ("3500 kelvin", 3500, "K"),
        ("2700K", 2700, "K"),
        ("a quarter", 25, "%"),
        ("two thirds", 67, "%"),
        ("half open", 50, "%"),
        ("minus five", 5, ""),
        ("调到百分之四十五", 45, "%"),
        ("百分之十二点五", 12.5, "%"),
        ("三分之二", 66.7, "%"),
        ("二十三度半", 23.5, "°"),
        ("零下八度", -8, "°"),
        ("一百二", 120, ""),
        ("两千七百开", 2700, "K"),
        ("调到七成", 70, "%"),
        ("开一半", 50, "%"),
        ("18摄氏度", 18, "°C"),
    ],
)
def test_number_is_read_with_its_unit(text: str, value: float, unit: str) -> None:
    (found,) = find_numbers(text)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a bit", "small"),
        ("to the max", "max"),
        ("调到最亮", "max"),
        ("稍微", "small"),
        ("a lot", "large"),
        ("最低", "min"),
    ],
)
def test_word_for_an_amount_has_no_number(text: str, canonical: str) -> None:
    (found,) = find_numbers(text)
    assert (found.value, found.canonical) == (None, canonical)


@pytest.mark.parametrize("text", ["", "the lamp", "前门", "百分", "点", "零点", "½x", "9" * 400])
def test_odd_text_does_not_fail(text: str) -> None:
    assert isinstance(find_numbers(text), tuple)
