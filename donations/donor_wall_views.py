"""How a donor's name stands among the donors of a page, changed or withdrawn by the donor."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from cms.addresses import address
from donations.donor_forms import WallForm
from donations.donor_views import for_donor
from donations.models import Donation, Donor
from donations.services import wall


@require_http_methods(["GET", "HEAD", "POST"])
@for_donor
def name(request: HttpRequest, donor: Donor, reference: UUID) -> HttpResponse:
    """The form of one own gift that counts; then back to the overview."""
    rows = Donation.objects.counted().filter(donor=donor).select_related("campaign", "beneficiary")
    gift = get_object_or_404(rows, public_id=reference)
    as_it_is = {"is_shown": gift.is_named, "name": gift.wall_name, "dedication": gift.dedication}
    form = WallForm(request.POST if request.method == "POST" else None, initial=as_it_is)
    if form.is_bound and form.is_valid():
        wall.change(gift, **form.cleaned_data)
        answer = redirect(reverse("my_donations") + f"#d-{gift.public_id}")
        answer.status_code = 303
        return answer
    context = {"donor": donor, "gift": gift, "form": form}
    return render(request, "donations/my/wall.html", context, status=422 if form.is_bound else 200)


def addresses() -> list[URLPattern]:
    it, en = "le-mie-donazioni/<uuid:reference>/nome/", "my-donations/<uuid:reference>/name/"
    return [path(address(it=it, en=en), name, name="my_donations_wall")]
