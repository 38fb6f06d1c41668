"""Debian's Chromium, driven by Playwright, on a site that runs in the test's own process."""

import os
import shutil
from collections.abc import Callable

import pytest

INSTALL_LINE = "make browser, or by hand: sudo apt-get install --no-install-recommends chromium"


@pytest.fixture(scope="session")
def chromium():
    """One browser per worker. Skips, saying how to install it, where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        pytest.skip(f"Chromium is not installed. {INSTALL_LINE}")
    from playwright.sync_api import sync_playwright

    # Playwright's event loop lives in this thread, so that Django takes every query for an async one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def live_site(live_server, settings):
    """The running site; str(live_site) is its address. Its rows are those that the test reads."""
    from wagtail.models import Site

    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    Site.objects.update(hostname=live_server.thread.host, port=live_server.thread.port)
    Site.clear_site_root_paths_cache()
    return live_server


@pytest.fixture
def page_at(chromium, live_site) -> Callable:
    """page_at(360, dark=True, language="en"): a fresh visitor's page, addresses relative to the site.

    A script error or a breach of the content policy fails the test when it ends.
    """
    contexts, complaints = [], []

    def hear(message) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(message.text)

    def visit(width: int = 1280, *, height: int = 900, dark: bool = False, language: str = "it", **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale={"it": "it-IT", "en": "en-GB"}[language],
            timezone_id="Europe/Rome",
            reduced_motion="reduce",
            base_url=live_site.url,
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def page(page_at):
    """A visitor's page at 1280 pixels, light, Italian."""
    return page_at()
