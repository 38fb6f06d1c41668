"""One address for an import: the page follows its state, so that reloads and second windows hold."""

from __future__ import annotations

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from cms.models import ImportBatch
from cms.models.imports import UNDO_DAYS, ImportState, RowOutcome
from cms.spreadsheets.importing import starting
from cms.spreadsheets.importing.writing import progress_key
from cms.spreadsheets.views.forms import ColumnsForm, ConfirmForm, SheetForm
from cms.spreadsheets.views.screen import BatchScreen
from cms.spreadsheets.views.shown import shown_rows

ROWS_A_PAGE = 50
CELLS_SHOWN = 12


class BatchView(BatchScreen):
    """What the import waits for."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        batch = self.batch
        if batch.state == ImportState.UPLOADED:
            return self.columns_page() if batch.header_row else self.sheet_page()
        if batch.is_at_work:
            return self.page("progress", batch=batch, progress=progress_of(batch))
        return self.rows_page()

    def sheet_page(self, form: SheetForm | None = None, *, status: int = 200) -> HttpResponseBase:
        found = starting.sheets_of(self.batch)
        form = form or SheetForm(sheets=found, initial={"row": _guessed(found, self.batch)})
        chosen, place, shown = form["row"].value(), 0, []
        for name, count, rows, _guess in found:
            lines = []
            for row in rows:
                lines.append((row.number, row.cells[:CELLS_SHOWN], place, str(place) == str(chosen)))
                place += 1
            shown.append({"name": name, "count": count, "rows": lines})
        return self.page("sheet", status=status, batch=self.batch, form=form, sheets=shown)

    def columns_page(self, form: ColumnsForm | None = None, *, status: int = 200) -> HttpResponseBase:
        return self.page("columns", status=status, batch=self.batch, form=form or self.columns_form())

    def columns_form(self, data=None) -> ColumnsForm:
        samples = starting.samples(self.batch)
        return ColumnsForm(data, batch=self.batch, resource=self.resource, samples=samples)

    def rows_page(self, form: ConfirmForm | None = None, *, status: int = 200) -> HttpResponseBase:
        batch = self.batch
        rows, outcome = batch.rows.order_by("number"), self.request.GET.get("outcome", "")
        if outcome in RowOutcome.values:
            rows = rows.filter(outcome=outcome)
        elif outcome == "kept":
            rows = rows.exclude(kept_because="")
        else:
            outcome = ""
        page = Paginator(rows, ROWS_A_PAGE).get_page(self.request.GET.get("p"))
        return self.page(
            "rows",
            status=status,
            batch=batch,
            form=form or ConfirmForm(),
            outcome=outcome,
            outcomes=self._outcomes(),
            page=page,
            rows=shown_rows(batch, self.resource, page.object_list),
            may_confirm=batch.state == ImportState.READY and batch.write_count > 0,
            may_read_again=batch.state in (ImportState.READY, ImportState.STALE),
            may_cancel=batch.may_go(ImportState.CANCELLED),
            may_change_columns=batch.may_go(ImportState.UPLOADED),
            undo_days=UNDO_DAYS,
        )

    def _outcomes(self) -> list[tuple[str, str, int]]:
        """Each outcome with its name and how many rows have it."""
        batch = self.batch
        found = [(value, str(label), getattr(batch, f"{value}_count")) for value, label in RowOutcome.choices]
        kept = batch.rows.exclude(kept_because="").count()
        return [*found, ("kept", _("in the way"), kept)] if kept else found


class SheetView(BatchView):
    """Say which sheet and row are meant."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Choose again, while the columns are not chosen."""
        return self.sheet_page() if self.batch.state == ImportState.UPLOADED else self.here()

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if self.batch.state != ImportState.UPLOADED:
            return self.here()
        form = SheetForm(request.POST, sheets=starting.sheets_of(self.batch))
        if not form.is_valid():
            return self.sheet_page(form, status=422)
        sheet, row = form.place
        starting.choose_sheet(batch=self.batch, sheet=sheet, header_row=row, resource=self.resource)
        return self.here()


class ColumnsView(BatchView):
    """Say where the columns go."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self.here()

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if self.batch.state != ImportState.UPLOADED:
            return self.here()
        form = self.columns_form(request.POST)
        if not form.is_valid():
            return self.columns_page(form, status=422)
        empties = form.cleaned_data["empties_fields"]
        starting.begin_reading(batch=self.batch, mapping=form.mapping, empties_fields=empties)
        return self.here()


class ActView(BatchView):
    """Confirm, cancel, read again, choose other columns, undo. Whatever comes too late changes nothing."""

    def get(self, request: HttpRequest, pk: int, act: str) -> HttpResponseBase:
        return self.here()

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponseBase:
        batch, done = self.batch, True
        if act == "confirm":
            return self.confirm()
        if act == "cancel":
            done = starting.cancel(batch=batch)
        elif act == "again" and batch.may_go(ImportState.READING):
            empties = batch.empties_fields
            starting.begin_reading(batch=batch, mapping=batch.mapping, empties_fields=empties)
        elif act == "columns" and batch.may_go(ImportState.UPLOADED):
            batch.transition(to=ImportState.UPLOADED, message="")
        elif act == "undo":
            done = starting.start_undoing(batch=batch)
        if not done:
            messages.warning(request, _("The import has gone on meanwhile: this is how it stands now."))
        return self.here()

    def confirm(self) -> HttpResponseBase:
        """A second confirmation finds the work begun, and shows it."""
        batch, leaves_out = self.batch, "leaves_out_problems" in self.request.POST
        if batch.state == ImportState.READY and batch.problem_count and not leaves_out:
            form = ConfirmForm(self.request.POST)
            form.add_error("leaves_out_problems", _("Tick it, or mend the rows and import the file again."))
            return self.rows_page(form, status=422)
        starting.confirm(batch=batch, leaves_out_problems=leaves_out)
        return self.here()


class ProgressView(BatchScreen):
    """How far the worker is, for the script of the page."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        answer = JsonResponse({"state": self.batch.state, **progress_of(self.batch)})
        answer["Cache-Control"] = "no-store"
        return answer


def progress_of(batch: ImportBatch) -> dict[str, int]:
    """Rows done and rows in all; 0 in all when that is not known."""
    if batch.state == ImportState.READING:
        return {"done": batch.rows_read, "total": max(batch.rows_total - batch.header_row, batch.rows_read)}
    if batch.state == ImportState.CONFIRMED:
        return {"done": cache.get(progress_key(batch), 0), "total": batch.write_count}
    return {"done": 0, "total": 0}


def _guessed(found: list, batch: ImportBatch) -> str:
    """The place of the row that seems to hold the names, in the sheet that seems meant."""
    places = [(name, row.number, guess) for name, _count, rows, guess in found for row in rows]
    fitting = [
        place for place, (name, number, guess) in enumerate(places) if name == batch.sheet and number == guess
    ]
    return str(fitting[0]) if fitting else ""
