"""Keeps pages in which nothing is translated off the site, whichever button somebody pressed.

wagtail-localize publishes a page sent to translation together with its source, so that Italian words would be
online at an English address and pass for a translation. Its setting
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE stops that at the first step only: updating the translations of
a page with "publish immediately" still does it. All of its ways go through one method, which is guarded here.
"""

from __future__ import annotations

from functools import wraps

from wagtail.models import Page
from wagtail_localize.models import Translation


def is_untranslated(translation: Translation) -> bool:
    """Whether the translation has texts to translate and none of them is."""
    total, done = translation.get_progress()
    return bool(total) and not done


def close() -> None:
    """Called once, when the app is ready."""
    original = Translation.save_target
    if getattr(original, "guarded", False):
        return

    @wraps(original)
    def save_target(self: Translation, user=None, publish: bool = True) -> None:
        of_a_page = issubclass(self.source.specific_content_type.model_class(), Page)
        if publish and of_a_page and is_untranslated(self):
            publish = False
        original(self, user=user, publish=publish)

    save_target.guarded = True
    Translation.save_target = save_target
