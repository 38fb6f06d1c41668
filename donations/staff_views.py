"""What staff open of private files."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from cms import audit
from cms.chrome import surroundings
from cms.registries import visible_rows
from cms.rows import row_or_404
from donations import receipt_pdf, summary_pdf
from donations.models import Donor, Receipt
from donations.services import year_summary


def receipt_file(request: HttpRequest, pk: int) -> FileResponse:
    """The PDF of a receipt, for who may see receipts; each opening is in the log."""
    if not request.user.has_perm("donations.view_receipt"):
        raise PermissionDenied
    receipt = row_or_404(request.user, Receipt.objects.all(), pk)
    if not receipt.pdf:
        raise Http404
    try:
        file = receipt.pdf.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    audit.record("donations.receipt.opened", receipt, user=request.user)
    answer = FileResponse(file, filename=receipt_pdf.filename(receipt), content_type="application/pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def year_summary_file(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """A donor's year as a PDF in the donor's language, of the receipts that the reader may see; logged."""
    if not request.user.has_perm("donations.view_receipt"):
        raise PermissionDenied
    donor = row_or_404(request.user, Donor.objects.all(), pk)
    receipts = visible_rows(request.user, Receipt.objects.all())
    summary = year_summary.prepare(donor, year, among=receipts)
    if summary.is_empty:
        raise Http404
    audit.record("donations.summary.opened", donor, user=request.user, data={"year": year})
    issuer = surroundings(request).site_name
    paper = summary_pdf.render(summary, issuer=issuer, language=donor.language)
    answer = HttpResponse(paper, content_type="application/pdf")
    name = summary_pdf.filename(summary, language=donor.language)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
