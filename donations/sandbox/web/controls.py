"""Time and misfortune by hand: the same as ``/_sandbox/``, for a person."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from .. import agenda, bell, chaos, clock, deliveries, disputes, payouts, store
from ..errors import Refusal
from .hosted import see_other
from .money import written

SHOWN = 10
_NOTHING = ("", _("as usual"))


class KnobsForm(forms.Form):
    """What goes wrong from now on."""

    template_name = "sandbox/_fields.html"

    hold = forms.BooleanField(label=_("Hold all events back"), required=False)
    reorder = forms.BooleanField(label=_("Send the newest event first"), required=False)
    payouts_fail = forms.BooleanField(label=_("The bank takes no payout"), required=False)
    duplicate = forms.IntegerField(label=_("Send each event so many times more"), min_value=0, max_value=20)
    delay = forms.IntegerField(label=_("Seconds before an event is sent"), min_value=0, max_value=3600)
    drop = forms.CharField(
        label=_("Events never sent (patterns, separated by spaces)"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": "charge.* invoice.paid"}),
    )
    refund_status = forms.ChoiceField(
        label=_("Refunds begin"),
        required=False,
        choices=[_NOTHING, ("pending", "pending"), ("requires_action", "requires_action")],
    )
    after_retries = forms.ChoiceField(
        label=_("A renewal that fails for good makes the subscription"),
        choices=[(word, word) for word in chaos.AFTER_RETRIES],
    )
    fault = forms.ChoiceField(
        label=_("The next call of the API meets"),
        required=False,
        choices=[_NOTHING, *((kind, kind) for kind in chaos.KINDS)],
    )

    def knobs(self) -> dict[str, Any]:
        wishes = dict(self.cleaned_data)
        fault = wishes.pop("fault")
        return wishes | {"drop": wishes["drop"].split(), "fail": [{"kind": fault}] if fault else []}


def page(request: HttpRequest) -> HttpResponse:
    """Show the clock and the knobs; on POST do what the pressed button says."""
    form = _form(request)
    if request.method == "POST":
        try:
            if _do(request, form):
                return see_other("/controls")
        except Refusal as refusal:
            return _page(request, form, problem=str(refusal), status=422)
    return _page(request, form, status=422 if form.errors else 200)


def _form(request: HttpRequest) -> KnobsForm:
    if request.method == "POST" and request.POST.get("do") == "turn":
        return KnobsForm(request.POST, label_suffix="")
    knobs = chaos.read_all()
    fault = knobs["fail"][0]["kind"] if knobs["fail"] else ""
    return KnobsForm(initial=knobs | {"drop": " ".join(knobs["drop"]), "fault": fault}, label_suffix="")


def _do(request: HttpRequest, form: KnobsForm) -> bool:
    """Whether the wish was fulfilled. Raises Refusal."""
    verb, subject = request.POST.get("do", ""), request.POST.get("subject", "")
    if verb == "turn":
        if form.is_valid():
            chaos.turn(form.knobs())
        return form.is_valid()
    if verb == "reset":
        chaos.reset()
    elif verb in ("day", "week", "month", "year"):
        clock.move_on({"day": 1, "week": 7, "month": 31, "year": 366}[verb] * 86_400)
        agenda.catch_up()
    elif verb == "flush":
        deliveries.flush()
    elif verb == "dispute":
        disputes.open_dispute(store.get("charge", subject))
    elif verb == "warn":
        disputes.warn_of_fraud(store.get("charge", subject))
    elif verb == "fail":
        payouts.fail(store.get("payout", subject))
    bell.ring()
    return True


def _page(request: HttpRequest, form: KnobsForm, *, problem: str = "", status: int = 200) -> HttpResponse:
    charges = store.find("charge", status="succeeded", disputed=False)[:SHOWN]
    sent = store.find("payout").exclude(state="failed")[:SHOWN]
    context = {
        "form": form,
        "problem": problem,
        "now": datetime.fromtimestamp(clock.now(), UTC),
        "charges": [_row(row.data) for row in charges],
        "payouts": [_row(row.data) for row in sent],
    }
    return render(request, "sandbox/controls.html", context, status=status)


def _row(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": data["id"],
        "at": datetime.fromtimestamp(data["created"], UTC),
        "amount": written(data["amount"], data["currency"]),
    }
