"""What axe finds on a page, as lines to read."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# WCAG 2.2 at level AA, and what axe holds to be good practice besides.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# Messages fade in: half way, their colours are not those that people read.
STILL = """
Promise.all(document.getAnimations()
    .filter(one => Number.isFinite(one.effect?.getComputedTiming().endTime))
    .map(one => one.finished.catch(() => null))).then(() => true)
"""


def faults_of(page: Page) -> list[str]:
    """Every breach of the rules on the open page once it stands still, and whether it scrolls sideways."""
    page.wait_for_load_state("load")
    page.evaluate(STILL)
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response
    assert found["passes"], "axe looked at nothing"
    faults = [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("scrolls sideways")
    return faults
