"""What a person says on the way of an import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.models import ImportBatch
from cms.spreadsheets.importing.starting import mapping_problems
from cms.spreadsheets.resources import SheetResource


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("An Excel file (.xlsx or .xls), an .ods or a .csv file."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsb,.ods,.csv,.txt,.tsv"}),
        error_messages={
            "required": gettext_lazy("Choose the file to import."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        most = settings.SPREADSHEET_LIMITS["megabytes"]
        if file.size > most * 1_000_000:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB. Split it into smaller ones.") % {"limit": most}
            )
        return file


class SheetForm(forms.Form):
    """Which sheet, and which of its rows names the columns: one choice among the first rows of each sheet."""

    row = forms.ChoiceField(
        label=gettext_lazy("Row with the names of the columns"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the row with the names of the columns.")},
    )

    def __init__(self, *args, sheets: list, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.places = [(sheet, row.number) for sheet, _count, rows, _guess in sheets for row in rows]
        row: Any = self.fields["row"]
        row.choices = [(str(place), "") for place in range(len(self.places))]

    @property
    def place(self) -> tuple[str, int]:
        """The sheet and the number of the row that were chosen."""
        return self.places[int(self.cleaned_data["row"])]


class ColumnsForm(forms.Form):
    """Where each column goes."""

    empties_fields = forms.BooleanField(
        label=gettext_lazy("An empty cell empties the field"),
        help_text=gettext_lazy("Without the tick, an empty cell leaves what is already written."),
        required=False,
    )

    def __init__(self, *args, batch: ImportBatch, resource: SheetResource, samples: list, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.resource, self.offered = resource, resource.sheet_fields()
        self.fields["empties_fields"].initial = batch.empties_fields
        choices = [("", _("– leave it out –"))]
        choices += [
            (name, f"{field.label} *" if self.is_needed(name) else field.label)
            for name, field in self.offered.items()
        ]
        for index, header in enumerate(batch.headers):
            shown = " · ".join(dict.fromkeys(samples[index])) if index < len(samples) else ""
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=header or _("Column %(number)s, without a name") % {"number": index + 1},
                help_text=_("For example: %(samples)s") % {"samples": shown} if shown else _("Empty"),
                choices=choices,
                required=False,
                initial=batch.mapping.get(str(index), ""),
            )
        self.order_fields([*[name for name in self.fields if name != "empties_fields"], "empties_fields"])

    def is_needed(self, name: str) -> bool:
        return name in self.resource._meta.import_id_fields or self.offered[name].required

    @property
    def mapping(self) -> dict[str, str]:
        """Number of a column, as text -> name of its field."""
        return {
            name.removeprefix("column_"): field
            for name, field in self.cleaned_data.items()
            if name.startswith("column_") and field
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for problem in mapping_problems(self.mapping, self.offered, self.resource):
            self.add_error(None, problem)
        return cleaned

    def left_out(self) -> list[str]:
        """Headers that are not imported, as the form opens."""
        return [
            str(field.label)
            for name, field in self.fields.items()
            if name.startswith("column_") and not field.initial
        ]


class ConfirmForm(forms.Form):
    leaves_out_problems = forms.BooleanField(
        label=gettext_lazy("Leave out the rows with problems"),
        help_text=gettext_lazy(
            "The others are written. Download those left out, mend them and import them again."
        ),
        required=False,
    )
