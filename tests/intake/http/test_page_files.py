"""The page's files: nothing inline, no HTML from data, every word in both languages."""

import re
from importlib.resources import files
from typing import Any

PAGE = files("hub.intake.http").joinpath("page")
SCRIPTS = ("page.js", "why.js", "words.js")


def text(name: str) -> str:
    """Return a file of the page."""
    return PAGE.joinpath(name).read_text(encoding="utf-8")


def test_the_page_and_all_that_it_names_is_served(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client(token=None) as client:
            page = await client.get("/")
            assert page.headers["content-type"].startswith("text/html")
            named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
            imported = re.findall(r'from "\./([^"]+)"', text("page.js"))
            assert {"page.js", "page.css", "words.js", "why.js"} == {*named, *imported}
            for name in (*named, *imported):
                answer = await client.get(f"/{name}")
                assert answer.status_code == 200
                assert answer.text == text(name)
            assert "t" * 43 not in page.text

    serve(work)


def test_nothing_is_inline_and_nothing_is_foreign() -> None:
    page = text("index.html")
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert "<style" not in page
    assert not re.search(r"\s(style|on\w+)=", page)
    for name in ("index.html", "page.css", *SCRIPTS):
        assert "//" not in re.sub(r"(?m)^\s*//.*$", "", text(name)).replace("://", "") or name == "page.js"
        assert not re.search(r"https?://", text(name))


def test_no_script_makes_html_of_data() -> None:
    for name in SCRIPTS:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", text(name))


def keys(script: str, name: str) -> set[str]:
    """Return the top-level words of one language."""
    block = script[script.index(f"const {name} = {{") :]
    return set(re.findall(r"(?m)^  (\w+):", block[: block.index("\n};")]))


def test_every_word_is_there_in_both_languages() -> None:
    words = text("words.js")
    english, chinese = keys(words, "EN"), keys(words, "ZH")
    used = set(re.findall(r'data-word="(\w+)"', text("index.html")))
    for name in SCRIPTS:
        used |= set(re.findall(r"(?<!/)\bwords\.(\w+)", text(name)))
    assert english == chinese
    assert used <= english
