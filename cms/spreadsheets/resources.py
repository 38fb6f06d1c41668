"""What the layers above say of a kind of record, so that sheets of it can be imported.

    @register
    class ContactResource(SheetResource):
        email = SheetField("email")

        class Meta:
            model = Contact
            fields = ("email",)
            import_id_fields = ("email",)

A resource is django-import-export's own, with fields that people meet (see cms.spreadsheets.fields) and a
rule by which records are known again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from import_export.resources import ModelResource

from cms.modeladmin.versions import version_of
from cms.permissions import record_policy
from cms.registries import hidden_from, visible_rows
from cms.registry import Registry
from cms.spreadsheets.cleaning import KINDS
from cms.spreadsheets.fields import SheetField

Values = dict[str, Any]


class SheetResource(ModelResource):
    """Base of the resources.

    import_id_fields of Meta: the fields by which a record is known again; a sheet must have them all.
    creates, updates: whether new records may come from a sheet, and known ones be changed by it.
    checks_whole: each row is also checked as the model's form would: for small tables with wider rules.
    saves_each: rows are saved one by one with `save_row`, for records that keep revisions.
    own_children: reverse relations of which each new record gets one row by being made.
    label_needs: foreign keys that the name of a record is made with.
    """

    creates: ClassVar[bool] = True
    updates: ClassVar[bool] = True
    checks_whole: ClassVar[bool] = False
    saves_each: ClassVar[bool] = False
    own_children: ClassVar[Sequence[str]] = ()
    label_needs: ClassVar[Sequence[str]] = ()

    def __init__(self, user: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user = user

    @property
    def model(self) -> type[Model]:
        return self._meta.model

    @classmethod
    def target(cls) -> str:
        """The name under which the resource is registered: "members.contact"."""
        return cls._meta.model._meta.label_lower

    # What a person may do

    def may(self, action: str) -> bool:
        return record_policy(self.model).user_has_permission(self.user, action)

    @classmethod
    def may_import(cls, user: Any) -> bool:
        """Whether a person may import this kind of record: the right of its own, and to add or to change."""
        policy = record_policy(cls._meta.model)
        return policy.user_has_permission(user, "import") and policy.user_has_any_permission(
            user, ("add", "change")
        )

    def sheet_fields(self) -> dict[str, SheetField]:
        """The columns that this person may fill in."""
        hidden = hidden_from(self.user, self.model)
        fields = [*self.fields.values(), *extra_fields(self.model, self.user)]
        return {
            field.name: field
            for field in fields
            if isinstance(field, SheetField)
            and field.attribute not in hidden
            and (not field.permission or self.user.has_perm(field.permission))
        }

    def all_fields(self) -> dict[str, SheetField]:
        """Every column, whoever asks: to take back what was written."""
        fields = [*self.fields.values(), *extra_fields(self.model, None)]
        return {field.name: field for field in fields if isinstance(field, SheetField)}

    def labels(self, pks: Sequence[int]) -> dict[int, str]:
        """What each record is called."""
        rows = self.model._base_manager.select_related(*self.label_needs).in_bulk(pks)
        return {pk: str(row) for pk, row in rows.items()}

    def rows(self) -> QuerySet:
        return visible_rows(self.user, self.model._default_manager.all())

    # How a record is known again

    def key_of(self, values: Values) -> Any:
        """The natural key of a row, or None when the row has none."""
        parts = tuple(values.get(name) for name in self._meta.import_id_fields)
        return None if any(part in (None, "") for part in parts) else parts

    def candidates(self, rows: QuerySet, keys: Iterable[Any]) -> QuerySet:
        """At least the records with one of these keys; by default those with the first part."""
        first = self._meta.import_id_fields[0]
        return rows.filter(**{f"{first}__in": {key[0] for key in keys}})

    def key_of_stored(self, values: Values) -> Any:
        """The natural key of a record that is there."""
        return self.key_of(values)

    # What a row becomes

    def prepare(self, values: Values, *, is_new: bool) -> None:
        """Fill in what a row leaves to the house, before it is compared."""

    def problems_of(self, values: Values, old: Values | None) -> list[tuple[str, str]]:
        """What is wrong with a row as a whole: (field name, sentence)."""
        return []

    def derived(self, values: Values) -> Values:
        """Columns that follow from these values, as the model's save() would set them."""
        return {}

    def columns_of_new(self) -> Values:
        """Columns of every new record that no sheet gives: where it begins."""
        return {}

    def after_write(self, new: Sequence[int], changed: Sequence[int]) -> None:
        """What belongs to the records, in the same transaction. Raises Conflict to undo it all."""

    def after_commit(self, new: Sequence[int], changed: Sequence[int]) -> None:
        """What follows a few rows at a time when all is written; it may be repeated after a crash."""

    def save_row(self, instance: Model, *, is_new: bool, many: dict[str, list[int]]) -> None:
        """Save one record, for `saves_each`."""
        instance.save()
        for name, pks in many.items():
            getattr(instance, name).set(pks)

    # Records as the staged rows keep them

    def stored(self, rows: QuerySet, fields: Sequence[SheetField]) -> Iterator[tuple[int, str, Values]]:
        """Number, version and values of records that are there."""
        plain = [field for field in fields if not field.is_many]
        read = [(field.name, field.member, KINDS[field.kind].stored) for field in plain]
        many = {field.name: self._linked(rows, field) for field in fields if field.is_many}
        for pk, version, cells in self._cells(rows, [field.attname for field in plain]):
            values = {
                name: stored((cell or {}).get(member) if member else cell)
                for (name, member, stored), cell in zip(read, cells, strict=True)
            }
            for name, links in many.items():
                values[name] = links.get(pk, [])
            yield pk, version, values

    def _cells(self, rows: QuerySet, columns: Sequence[str]) -> Iterable[tuple[int, str, Sequence]]:
        """Number, version and columns of records; no instances of those that keep their moment."""
        if "updated_at" in {field.name for field in self.model._meta.concrete_fields}:
            for pk, moment, *cells in rows.values_list("pk", "updated_at", *columns).iterator(2000):
                yield pk, moment.isoformat(), cells
        else:
            for row in rows.iterator(2000):
                yield row.pk, version_of(row), [getattr(row, column) for column in columns]

    def versions(self, rows: QuerySet) -> dict[int, str]:
        """The version of each record."""
        return {pk: version for pk, version, _cells in self._cells(rows, ())}

    def _linked(self, rows: QuerySet, field: SheetField) -> dict[int, list[int]]:
        relation = self.model._meta.get_field(str(field.attribute))
        here, there = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        links: dict[int, list[int]] = {}
        pairs = relation.remote_field.through._base_manager.filter(**{f"{here}__in": rows.values("pk")})
        for pk, other in pairs.order_by(f"{there}_id").values_list(f"{here}_id", f"{there}_id"):
            links.setdefault(pk, []).append(other)
        return links


# Label of a model in lower case -> its resource.
resources: Registry[str, type[SheetResource]] = Registry("spreadsheet resources")

# Name -> function(model, user) -> SheetFields that staff defined.
extensions: Registry[str, Callable[[type[Model], Any], Iterable[SheetField]]] = Registry(
    "columns of sheets that staff define"
)


def register(resource: type[SheetResource]) -> type[SheetResource]:
    """Offer the import of a kind of record."""
    for name, field in resource.fields.items():
        if isinstance(field, SheetField):
            field.bind(name, resource._meta.model)
    resources.register(resource.target(), resource)
    return resource


def extra_fields(model: type[Model], user: Any) -> list[SheetField]:
    return [field for _name, extend in extensions.items() for field in extend(model, user)]


def resource_for(target: str, user: Any) -> SheetResource | None:
    """The resource of a kind of record for a person; None when there is none or the person may not import."""
    found = resources.get(target)
    return found(user) if found is not None and found.may_import(user) else None
