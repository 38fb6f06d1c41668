"""Every public address in the browser: fit for everybody, and nothing of the visitor kept or given away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from tests.factories.whole_site import whole_site
from tests.journeys.faults import faults_of

pytestmark = pytest.mark.journey

STRICT = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "frame-ancestors": "'self'",
}
# What axe is asked about only after a mistake: the form to send empty, by the page's name.
FORMS = {
    "format": "#request form",
    "contacts": "#request form",
    "donate": "#dona form",
    "campaign": "#dona form",
    "course": "#enrol form",
    "retry": "main form",
}
NOT_FOUND = {"404", "verify unknown"}


class Visit:
    """A visitor's browser that writes down what should not be."""

    def __init__(self, page: Page, site_url: str) -> None:
        self.page, self.site_url = page, site_url
        self.heard: list[str] = []
        page.on("request", self._hear_request)
        page.on("console", self._hear_console)

    def _hear_request(self, request) -> None:
        if not request.url.startswith((f"{self.site_url}/", "data:")):
            self.heard.append(f"asked {request.url}")

    def _hear_console(self, message) -> None:
        # The browser itself writes of an answer that is not 200; those are checked by their number.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.heard.append(f"console: {message.text}")

    def open(self, address: str, *, expected: int = 200) -> list[str]:
        """Everything that is wrong with the page at an address."""
        self.heard.clear()
        answer = self.page.goto(address)
        faults = [] if answer.status == expected else [f"answered {answer.status}"]
        return [*faults, *policy_faults(answer.headers), *self.faults()]

    def faults(self) -> list[str]:
        """Everything that is wrong with the page that is open."""
        faults = list(self.heard)
        faults += [f"cookie {cookie['name']}" for cookie in self.page.context.cookies()]
        if kept := self.page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))"):
            faults.append(f"keeps {kept}")
        broken = self.page.evaluate(
            "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
        )
        return [*faults, *(f"picture {source} does not open" for source in broken), *faults_of(self.page)]


def policy_faults(headers: dict[str, str]) -> list[str]:
    """What is missing or weak in the Content-Security-Policy of an answer."""
    policy = {
        name: values
        for name, _space, values in (
            part.strip().partition(" ") for part in headers.get("content-security-policy", "").split(";")
        )
    }
    faults = [
        f"policy: {name} {policy.get(name)}" for name, value in STRICT.items() if policy.get(name) != value
    ]
    weak = ("unsafe", "*", "http:", "https:", "blob:")
    return faults + [
        f"policy: {name} {values}"
        for name, values in policy.items()
        if name != "form-action" and any(word in values for word in weak)
    ]


def send_empty(form: Locator) -> None:
    form.evaluate("form => form.querySelectorAll('[type=text], [type=email]').forEach(i => i.value = '')")
    form.locator("button").last.click()


def survey(page: Page, site_url: str, language: str) -> list[str]:
    """The faults of every public address, each with what it stands on."""
    visit = Visit(page, site_url)
    found = {}
    for name, address in whole_site().addresses(language).items():
        found[name] = visit.open(address, expected=404 if name in NOT_FOUND else 200)
        assert page.locator("html").get_attribute("lang") == language, address
        if name in FORMS:
            visit.heard.clear()
            send_empty(page.locator(FORMS[name]))
            page.get_by_role("alert").first.wait_for()
            found[f"{name} after a mistake"] = visit.faults()
    return [f"{name}: {fault}" for name, faults in found.items() for fault in faults]


def ways_to_look():
    """Both widths, schemes and languages; make test takes two that differ in everything."""
    for width in (360, 1280):
        for dark in (False, True):
            for language in ("it", "en"):
                everyday = (width, dark, language) in {(360, False, "it"), (1280, True, "en")}
                name = f"{width}-{'dark' if dark else 'light'}-{language}"
                yield pytest.param(
                    width, dark, language, id=name, marks=[] if everyday else [pytest.mark.long]
                )


@pytest.mark.parametrize(("width", "dark", "language"), ways_to_look())
def test_every_public_page_is_fit_for_everybody_and_keeps_nothing(page_at, live_site, width, dark, language):
    page = page_at(width, dark=dark, language=language)
    faults = survey(page, live_site.url, language)
    assert not faults, "\n".join(faults)
