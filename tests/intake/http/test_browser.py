"""The page in a real headless browser: devices live, a talk with receipts, why, and data that is no HTML."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

TOKEN = "t" * 43
BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--no-proxy-server",
)  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="needs chromium and chromedriver (Debian's packages)"),
]


@contextmanager
def browser(profile: Path, language: str = "en") -> Iterator[webdriver.Chrome]:
    """Open a browser with a fresh profile."""
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}", f"--lang={language}", f"--accept-lang={language}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@contextmanager
def whole_hub(folder: Path) -> Iterator[tuple[str, str]]:
    """Run the hub with the virtual home in processes of their own; yield its address and token."""
    environment = {
        **os.environ,
        "AIOS_HTTP_PORT": "0",
        "AIOS_LOG_LEVEL": "warning",
        "AIOS_MDNS_INTERFACES": "127.0.0.1",
    }
    command = [sys.executable, "-c", "from hub.cli.main import main; main()", "up", "--demo", "--data-dir", str(folder)]
    process = subprocess.Popen(command, env=environment)
    try:
        run_file = folder / "run.json"
        for _ in range(300):
            if run_file.exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        address = json.loads(run_file.read_text(encoding="utf-8"))["http"]
        yield f"http://{address['host']}:{address['port']}", (folder / "token").read_text(encoding="utf-8").strip()
    finally:
        process.terminate()
        process.wait(20)


class Page:
    """What a person sees and does."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def wait(self, until: Callable[[], object]) -> Any:
        return WebDriverWait(self.driver, 30).until(lambda _: until())

    def texts(self, selector: str) -> list[str]:
        script = "return Array.from(document.querySelectorAll(arguments[0]), (e) => e.textContent)"
        return list(self.driver.execute_script(script, selector))

    def click(self, selector: str) -> None:
        def click_last() -> bool:
            try:
                self.driver.find_elements(By.CSS_SELECTOR, selector)[-1].click()
            except StaleElementReferenceException:
                return False  # the page has just drawn it anew
            return True

        self.wait(click_last)

    def ask(self, words: str) -> None:
        self.driver.find_element(By.ID, "text").send_keys(words)
        self.click("#ask button")

    def complaints(self) -> list[str]:
        """Return what the browser objects to, but for answers with an error status, which are meant."""
        entries = self.driver.get_log("browser")
        return [entry["message"] for entry in entries if "Failed to load resource" not in entry["message"]]


def drive(serve: Any, profile: Path, work: Callable[[Page, Any, asyncio.AbstractEventLoop], None], **more: Any) -> None:
    """Run a person's steps against a server."""

    async def main(bench: Any) -> None:
        loop = asyncio.get_running_loop()

        def steps() -> None:
            with browser(profile, **more) as driver:
                work(Page(driver), bench, loop)

        await asyncio.to_thread(steps)

    serve(main)


def test_a_person_opens_the_page_and_talks(serve: Any, tmp_path: Path) -> None:
    def work(page: Page, bench: Any, loop: asyncio.AbstractEventLoop) -> None:
        page.driver.get(bench.url)
        page.driver.find_element(By.ID, "token").send_keys("wrong")
        page.click("#login button")
        page.wait(lambda: "does not know" in page.texts("#login-error")[0])
        page.driver.find_element(By.ID, "token").send_keys(TOKEN)
        page.click("#login button")
        page.wait(lambda: page.texts("#live") == ["Live"])
        assert page.texts(".room h3") == ["Kitchen", "Living room", "Elsewhere"]
        assert page.texts('[data-device="kitchen-ceiling"] .state') == ["On · brightness 30%"]
        assert page.texts('[data-device="heater"] .state') == ["Unavailable"]

        page.ask("turn off the light")
        page.wait(lambda: page.texts(".reply .status") == ["confirmed"])
        assert page.texts(".said") == ["turn off the light"]
        page.click(".why-button")
        page.wait(lambda: "What the guard said" in page.texts(".why h4"))
        expected = ["Heard", "Candidates and scores", "Understood", "Grounded to", "What the guard said", "Receipts"]
        assert page.texts(".why h4")[:6] == expected
        why = " | ".join(page.texts(".why li"))
        assert "score: 0.93" in why
        assert "home.turn_off · 91%" in why
        assert "Kitchen ceiling: turn off · allow · fine" in why
        assert "Kitchen ceiling: turn off · confirmed · 12 ms" in why

        loop.call_soon_threadsafe(lambda: bench.change("kitchen-ceiling", on=False))
        page.wait(lambda: page.texts('[data-device="kitchen-ceiling"] .state') == ["Off"])

        page.ask("the silent one")
        page.wait(lambda: page.texts(".turn:last-child .status") == ["sent, not confirmed"])
        page.ask("the offline one")
        page.wait(lambda: page.texts(".turn:last-child .status") == ["failed"])
        page.ask("turn on the sauna")
        page.wait(lambda: page.texts(".turn:last-child .is-refused > p") == ["There is no sauna."])
        assert page.complaints() == []

    drive(serve, tmp_path, work)


def test_the_link_of_the_hub_lets_in_and_a_slow_blind_ends_in_its_final_receipt(serve: Any, tmp_path: Path) -> None:
    def work(page: Page, bench: Any, loop: asyncio.AbstractEventLoop) -> None:
        page.driver.get(f"{bench.url}/#token={TOKEN}")
        page.wait(lambda: page.texts("#live") == ["Live"])
        assert "token" not in page.driver.current_url
        page.ask("close the blind")
        page.wait(lambda: page.texts(".reply .status") == ["moving…"])
        loop.call_soon_threadsafe(bench.conversation.settle.set)
        page.wait(lambda: page.texts(".reply .status") == ["confirmed"])
        assert page.texts(".reply > p") == ["The blind is closed."]

        page.ask("unlock the front door")
        page.wait(lambda: page.texts(".turn:last-child .reply > p") == ["Unlock the front door?"])
        page.click(".turn:last-child .actions button:first-child")
        page.wait(lambda: page.texts(".turn:last-child .reply > p") == ["You said: Yes"])
        assert {request.session for request in bench.conversation.heard} == {None, "s1"}

        assert page.texts("#coming-list span")[0].endswith("turn off the TV at seven")
        page.click("#coming-list button")
        page.wait(lambda: bench.schedule.rows == {})
        bench.pairings.asked.append("new-speaker")
        loop.call_soon_threadsafe(lambda: bench.gateway.owner_changed(bench.home.rename("new-speaker", "Hall speaker")))
        page.wait(lambda: page.texts('[data-device="new-speaker"] .code') == ["It should show 123456"])
        page.click('[data-device="new-speaker"] button')
        page.wait(lambda: bench.home.device("new-speaker").is_adopted)
        loop.call_soon_threadsafe(lambda: bench.change("new-speaker", volume=20))  # it connects and reports
        page.wait(lambda: not page.texts('[data-device="new-speaker"] button'))
        assert page.complaints() == []

    drive(serve, tmp_path, work)


def test_names_and_words_from_outside_stay_text(serve: Any, tmp_path: Path) -> None:
    def work(page: Page, bench: Any, _: asyncio.AbstractEventLoop) -> None:
        attack = "<img src=x onerror=document.title='owned'>"
        page.driver.get(f"{bench.url}/#token={TOKEN}")
        page.wait(lambda: page.texts("#live") == ["Live"])
        assert page.texts('[data-device="odd"] .name') == [attack]
        page.ask(attack)
        page.wait(lambda: page.texts(".reply > p") == [f"You said: {attack}"])
        page.click(".why-button")
        page.wait(lambda: page.texts(".why h4"))
        assert page.texts("img") == []
        assert page.driver.title == "AIOS Hub"

    drive(serve, tmp_path, work)


def test_a_chinese_browser_gets_chinese_words(serve: Any, tmp_path: Path) -> None:
    def work(page: Page, bench: Any, _: asyncio.AbstractEventLoop) -> None:
        page.driver.get(f"{bench.url}/#token={TOKEN}")
        page.wait(lambda: page.texts("#live") == ["实时"])
        assert page.driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == "zh"
        assert page.texts('[data-device="front-door"] .state') == ["已锁"]
        page.ask("关灯")
        page.wait(lambda: page.texts(".reply .status") == ["已确认"])

    drive(serve, tmp_path, work, language="zh-CN")


def test_the_page_comes_back_when_the_hub_does(serve: Any, tmp_path: Path) -> None:
    def work(page: Page, bench: Any, loop: asyncio.AbstractEventLoop) -> None:
        page.driver.get(f"{bench.url}/#token={TOKEN}")
        page.wait(lambda: page.texts("#live") == ["Live"])
        asyncio.run_coroutine_threadsafe(bench.intake.stop(), loop).result(10)
        page.wait(lambda: "lost" in page.texts("#live")[0])
        bench.change("kitchen-ceiling", on=False)
        asyncio.run_coroutine_threadsafe(bench.intake.start(), loop).result(10)
        page.wait(lambda: page.texts("#live") == ["Live"])
        assert page.texts('[data-device="kitchen-ceiling"] .state') == ["Off"]

    drive(serve, tmp_path, work)


@pytest.mark.flow
def test_through_the_whole_hub_a_person_turns_a_light_off_and_sees_it_confirmed(tmp_path: Path) -> None:
    with whole_hub(tmp_path / "data") as (url, token), browser(tmp_path / "profile") as driver:
        page = Page(driver)
        driver.get(f"{url}/#token={token}")
        page.wait(lambda: page.texts("#live") == ["Live"])
        page.wait(lambda: page.texts('[data-device="kitchen-ceiling"].is-on'))
        page.ask("turn off the kitchen ceiling light")
        page.wait(lambda: page.texts(".turn:last-child .status") == ["confirmed"])
        page.wait(lambda: page.texts('[data-device="kitchen-ceiling"]:not(.is-on)'))
        page.click(".why-button")
        page.wait(lambda: "What the guard said" in page.texts(".why h4"))
        page.wait(lambda: "locked" in " ".join(page.texts('[data-device="front-door-lock"] .state')).casefold())
        page.ask("unlock the front door")
        page.wait(lambda: page.texts(".turn:last-child .actions button:not(.why-button)") == ["Yes", "No"])
        assert page.complaints() == []
