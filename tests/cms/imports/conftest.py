"""Sheets written in the test, and imports taken to the step that a test is about."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cms.models import ImportBatch
from cms.spreadsheets.importing import running, starting
from cms.spreadsheets.resources import resource_for


@pytest.fixture
def looked_at(db, superuser) -> Callable:
    """looked_at("members.contact", "E-mail;Nome\\n…"): the batch, read and ready to be looked at."""

    def read(target: str, text: str, *, user=None, empties_fields: bool = False) -> ImportBatch:
        resource = resource_for(target, user or superuser)
        assert resource is not None, "may not import"
        batch = starting.receive(resource=resource, file=SimpleUploadedFile("foglio.csv", text.encode()))
        assert batch.header_row, batch.headers
        starting.begin_reading(batch=batch, mapping=batch.mapping, empties_fields=empties_fields)
        running.run_waiting()
        batch.refresh_from_db()
        return batch

    return read


@pytest.fixture
def confirmed() -> Callable:
    """confirmed(batch): written, with what follows."""

    def confirm(batch: ImportBatch, *, leaves_out_problems: bool = False) -> ImportBatch:
        starting.confirm(batch=batch, leaves_out_problems=leaves_out_problems)
        running.run_waiting()
        batch.refresh_from_db()
        return batch

    return confirm


@pytest.fixture
def undone() -> Callable:
    def undo(batch: ImportBatch) -> ImportBatch:
        starting.start_undoing(batch=batch)
        running.run_waiting()
        batch.refresh_from_db()
        return batch

    return undo


@pytest.fixture
def outcomes() -> Callable:
    """outcomes(batch): what each row of the sheet would do."""
    return lambda batch: dict(batch.rows.values_list("number", "outcome"))
