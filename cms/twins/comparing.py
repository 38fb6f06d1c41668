"""Two records side by side: each field that differs, with what is proposed to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst
from wagtail.admin.admin_url_finder import AdminURLFinder

from cms.custom_fields.record_page import shown as shown_custom
from cms.custom_fields.registry import fields_for
from cms.modeladmin.display import shown
from cms.registries import hidden_from

KEPT, GONE = "kept", "gone"
CUSTOM = "custom_"


@dataclass(frozen=True)
class Difference:
    """A field in which two records differ. takes: whose value the one that stays will have."""

    name: str
    label: str
    kept: Any
    gone: Any
    takes: str

    @property
    def is_kept(self) -> bool:
        return self.takes == KEPT


def differences(kept: Any, gone: Any, user: Any) -> list[Difference]:
    """The fields that a person sees and in which the records differ. A value is proposed before none."""
    finder = AdminURLFinder(user)
    found = []
    for field in _own_fields(kept, user):
        ours, theirs = field.value_from_object(kept), field.value_from_object(gone)
        if ours != theirs:
            proposed = GONE if ours in (None, "") else KEPT
            label = capfirst(str(field.verbose_name))
            said = shown(kept, field.name, finder), shown(gone, field.name, finder)
            found.append(Difference(field.name, label, said[0], said[1], proposed))
    for added in fields_for(type(kept), user):
        ours, theirs = added.value_of(kept), added.value_of(gone)
        if ours != theirs and added.may_edit:
            proposed = GONE if ours is None else KEPT
            said = shown_custom(added, ours, kept, finder), shown_custom(added, theirs, gone, finder)
            found.append(Difference(added.name, added.label, said[0], said[1], proposed))
    return found


def as_chosen(told: Iterable[Difference], chosen: Mapping[str, str]) -> list[Difference]:
    """The differences with what a person chose: "kept" or "gone", by name; what is proposed where neither."""
    words = (KEPT, GONE)
    return [
        replace(each, takes=chosen[each.name]) if chosen.get(each.name) in words else each for each in told
    ]


def values_to_keep(kept: Any, gone: Any, told: Iterable[Difference]) -> dict[str, Any]:
    """The columns that the record which stays shall have, by what each difference takes."""
    values: dict[str, Any] = {}
    custom = {**(getattr(gone, "custom", None) or {}), **(getattr(kept, "custom", None) or {})}
    for difference in told:
        if difference.name.startswith(CUSTOM):
            key, source = difference.name.removeprefix(CUSTOM), kept if difference.is_kept else gone
            custom.pop(key, None)
            if key in (source.custom or {}):
                custom[key] = source.custom[key]
        elif not difference.is_kept:
            values[difference.name] = getattr(gone, difference.name)
    return values | ({"custom": custom} if hasattr(kept, "custom") else {})


def _own_fields(record: Any, user: Any) -> Iterable[Any]:
    unseen = hidden_from(user, type(record))
    for field in record._meta.concrete_fields:
        if field.editable and not field.generated and not field.primary_key and field.name not in unseen:
            yield field
