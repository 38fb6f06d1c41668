"""What staff open of private files."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest

from cms import audit
from cms.rows import row_or_404
from donations import receipt_pdf
from donations.models import Receipt


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
