"""Puts the bare page in place, below the Italian home."""

import os

from pages.models import HomePage
from tests.benchmarks.bare.models import BarePage


def make() -> None:
    home = HomePage.objects.get(locale__language_code="it")
    page = home.add_child(instance=BarePage(title=home.message, slug="bare", intro=f"<p>{home.summary}</p>"))
    page.save_revision().publish()


def fill() -> None:
    """Add the words of BARE_WORDS to the body, in paragraphs of sixty."""
    page = BarePage.objects.get()
    words = os.environ["BARE_WORDS"].split()
    page.body = [("paragraph", f"<p>{' '.join(words[at : at + 60])}</p>") for at in range(0, len(words), 60)]
    page.save_revision().publish()
