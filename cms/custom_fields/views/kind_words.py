"""The words of the screens of custom fields, and how each kind is told to who defines one."""

from django.utils.translation import gettext_lazy as _

from cms.models.custom_fields import FieldKind

HELP = _(
    "Fields that you add to records without code: they stand at once in the form, on the "
    "record’s page, among the columns, in sheets and in the API. Taking a field out of use "
    "keeps its values; deleting it erases them."
)
KIND_WORDS = {
    FieldKind.TEXT: {"icon": "title", "example": _("A line of words: a room, a reference.")},
    FieldKind.LONG_TEXT: {"icon": "pilcrow", "example": _("Several lines: notes, a description.")},
    FieldKind.NUMBER: {"icon": "decimal", "example": _("12, or 12.5 m²: it adds up and has a range filter.")},
    FieldKind.MONEY: {"icon": "pick", "example": _("An amount in euros: a budget, a deposit.")},
    FieldKind.DATE: {"icon": "calendar-alt", "example": _("A day: a deadline, a visit.")},
    FieldKind.CHOICE: {"icon": "list-ul", "example": _("Exactly one of a list that you write.")},
    FieldKind.CHOICES: {"icon": "tasks", "example": _("Any number of a list that you write.")},
    FieldKind.YES_NO: {"icon": "check", "example": _("Yes, no, or not said yet.")},
    FieldKind.LINK: {"icon": "link", "example": _("The address of a page or of a shared folder.")},
    FieldKind.PERSON: {"icon": "user", "example": _("One of the contacts.")},
    FieldKind.FILE: {"icon": "doc-full", "example": _("A document, opened only by who sees the record.")},
}
for _kind, _words in KIND_WORDS.items():
    _words["label"] = _kind.label
