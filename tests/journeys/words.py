"""The words that a visitor reads, by those of the code."""

from django.utils import translation


def italian(text: str, **values: object) -> str:
    """An interface sentence in Italian. Fails when the catalogues are not compiled or lack it.

    values: what stands in its %(name)s places.
    """
    with translation.override("it"):
        words = translation.gettext(text)
    assert words != text, f"not in the compiled Italian catalogues: {text}"
    return words % values if values else words
