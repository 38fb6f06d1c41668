"""Wording a mail from its templates, in one language, as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

SUBJECT_LENGTH = 250


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    html: str


def word_mail(template: str, context: dict, *, language: str, unsubscribe_url: str = "") -> Words:
    """Render the three parts of a mail.

    Templates get the context and `language`, `subject`, `base_url` (without a slash at its end),
    `site_name`, `unsubscribe_url`. The text parts are not escaped. The subject is one line.
    Raises TemplateDoesNotExist when subject or text is missing.
    """
    with translation.override(language):
        context = {
            "language": language[:2],
            "base_url": settings.BASE_URL,
            "site_name": settings.WAGTAIL_SITE_NAME,
            "unsubscribe_url": unsubscribe_url,
        } | context
        # One line, so that nothing typed by a person can add a header.
        subject = " ".join(_plain(f"{template}.subject.txt", context).split())[:SUBJECT_LENGTH]
        context["subject"] = subject
        text = _plain(f"{template}.txt", context).strip() + "\n"
        try:
            html = get_template(f"{template}.html").render(context)
        except TemplateDoesNotExist as missing:
            if str(missing) != f"{template}.html":
                raise
            html = get_template("cms/emails/from_text.html").render(context | {"text": text})
        if unsubscribe_url and unsubscribe_url not in text:
            invitation = _("You do not want these mails any more? Unsubscribe with one click:")
            text += f"\n-- \n{invitation}\n{unsubscribe_url}\n"
        if unsubscribe_url and unsubscribe_url not in html:
            raise ValueError(f"{template}.html must extend cms/emails/base.html: it lacks the way out")
    return Words(subject, text, _storable(html))


def _plain(name: str, context: dict) -> str:
    """A text template without HTML escaping: an apostrophe stays an apostrophe."""
    template = get_template(name).template  # type: ignore[attr-defined]
    return _storable(template.render(Context(context, autoescape=False)))


def _storable(text: str) -> str:
    """Without the one character that PostgreSQL cannot keep."""
    return text.replace("\x00", "")
