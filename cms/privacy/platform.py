"""The platform's own rows that hold personal data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.models import FormSubmission

from cms.consent import normal_email
from cms.models import ConsentRecord, OutboxMessage, StagedRow, Suppression, UnsubscribeLink
from cms.privacy import imports
from cms.privacy.mentions import naming
from cms.privacy.needles import Needles, erased_address
from cms.privacy.sources import Fate, OwnRows, PersonalDataSource, Plan
from cms.registries import personal_data_sources


class Consents(OwnRows):
    model = ConsentRecord
    recognised_by = ("purpose_label", "source")
    order = 60

    def moment(self, row: Any):
        return row.recorded_at

    def plan(self, row: Model) -> Plan:
        return Plan(
            Fate.PSEUDONYMISE,
            _("That somebody agreed, to which words and when, is proof; the address is not kept."),
        )

    def pseudonymise(self, row: Any) -> None:
        ConsentRecord.objects.filter(pk=row.pk).detach(erased_address(normal_email(row.email)))


class Mails(OwnRows):
    """Mails to the person. Those to others that name the person are found as mentions."""

    model = OutboxMessage
    emails = ("to",)
    recognised_by = ("to", "state")
    order = 70

    def title(self, row: Any) -> str:
        return row.subject

    def export(self, row: Any) -> dict[str, Any]:
        return {
            str(_("Subject")): row.subject,
            str(_("Text")): row.text,
            str(_("Sent")): str(row.sent_at or ""),
        }


class Suppressions(OwnRows):
    model = Suppression
    recognised_by = ("scope", "reason", "note")
    order = 65


class UnsubscribeLinks(OwnRows):
    model = UnsubscribeLink
    order = 65


class Submissions(PersonalDataSource):
    """Forms that editors built: whatever the question was called, the answer holds the address."""

    key = "wagtailforms.formsubmission"
    label = _("Answers to forms")

    def find(self, needles: Needles) -> Iterable[Model]:
        for row, _text in naming(FormSubmission, Needles(needles.email)):
            yield row

    def title(self, row: Any) -> str:
        return str(row.page)[:250]

    def detail(self, row: Any, needles: Needles) -> str:
        return " · ".join(str(value) for value in row.form_data.values())[:500]

    def moment(self, row: Any):
        return row.submit_time

    def export(self, row: Any) -> dict[str, Any]:
        return {str(name): value for name, value in row.form_data.items()}

    def erase(self, row: Model, plan: Plan, needles: Needles) -> None:
        row.delete()


class ImportedRows(PersonalDataSource):
    """Rows of sheets: as they stood in the file, as they were understood, and as they would be undone."""

    key = "cms.stagedrow"
    label = _("Rows of imported sheets")
    order = 10
    by_words = True

    def find(self, needles: Needles) -> Iterable[Model]:
        for row, _text in naming(StagedRow, needles):
            yield row

    def title(self, row: Any) -> str:
        return f"{row.batch.filename} · {row.number}"[:250]

    def detail(self, row: Any, needles: Needles) -> str:
        return " · ".join(str(cell) for cell in row.cells if cell)[:500]

    def moment(self, row: Any):
        return row.batch.created_at

    def export(self, row: Any) -> dict[str, Any]:
        return {str(_("As it came")): [str(cell) for cell in row.cells if cell]}

    def erase(self, row: Any, plan: Plan, needles: Needles) -> None:
        """The row goes, and with it the file, which holds it too; an import that waits for it is over."""
        row.delete()
        imports.end(row.batch)


def register() -> None:
    from cms.privacy.mentions import Mentions

    for source in (
        Submissions(),
        ImportedRows(),
        Consents(),
        Suppressions(),
        UnsubscribeLinks(),
        Mails(),
        Mentions(),
    ):
        personal_data_sources.register(source.key, source)
