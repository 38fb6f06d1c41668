"""What stands in an address where it asks for a row: ours, or the same of another cooperative.

A new address of a model admin, a snippet or a chooser is filled by itself, as long as site.py has two rows of
its model. Any other needs its words in MODELS, BY_PLACE or EXAMPLES below.
"""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from tests.cms.rights.addresses import Address
from tests.cms.rights.site import TwoOfEach

# First part of a name -> the model whose rows it is about, where the name does not say it.
MODELS = {
    "cooperative_chooser": "members.cooperative",
    "service_format_chooser": "members.serviceformat",
    "organisation_chooser": "members.organisation",
    "contact_chooser": "members.contact",
    "course_edition_chooser": "members.courseedition",
    "campaign_chooser": "donations.campaign",
    "beneficiary_chooser": "donations.beneficiary",
    "wagtaildocs_chooser": "wagtaildocs.document",
    "wagtailimages_chooser": "wagtailimages.image",
    "wagtaillocales": "wagtailcore.locale",
    "wagtailsites": "wagtailcore.site",
    "wagtailusers_users": "members.user",
    "wagtailusers_groups": "auth.group",
    "wagtailadmin_collections": "wagtailcore.collection",
    "wagtailadmin_workflows": "wagtailcore.workflow",
    "donations_receipt_pdf": "donations.receipt",
    "donations_refund_new": "donations.donation",
    "donations_year_summary": "donations.donor",
}
# What an address asks for -> an entry of the site, or a plain value.
BY_PLACE: dict[str, Any] = {
    "page_id": "event",
    "page_pk": "event",
    "parent_page_id": "event",
    "page_to_move_id": "event",
    "destination_id": "event_index",
    "revision_id": "revision",
    "revision_id_a": "revision",
    "revision_id_b": "revision",
    "workflow_pk": "wagtailcore.workflow",
    "workflow_state_id": "workflow_state",
    "task_state_id": "task_state",
    "task_id": "wagtailcore.task",
    "collection_id": "wagtailcore.collection",
    "image_id": "wagtailimages.image",
    "document_id": "wagtaildocs.document",
    "doc_id": "wagtaildocs.document",
    "action_name": "=approve",
    "filter_spec": "=original",
}
# Address -> what it asks for -> an entry of the site, or "=" and a plain value.
EXAMPLES: dict[str, dict[str, str]] = {
    "record_merge": {"key": "=members.contact", "pk": "members.contact"},
    "wagtailadmin_pages:(add|preview_on_add)": {
        "content_type_app_name": "=pages",
        "content_type_model_name": "=eventpage",
        "parent_page_id": "event_index",
    },
    "wagtailadmin_pages:type_use(_results)?": {
        "content_type_app_name": "=pages",
        "content_type_model_name": "=eventpage",
    },
    "wagtailadmin_pages:choose_parent": {"app_label": "=pages", "model_name": "=eventpage"},
    "wagtailadmin_pages:add_subpage": {"parent_page_id": "event_index"},
    "wagtailadmin_tag_model_autocomplete": {"app_name": "=taggit", "model_name": "=tag"},
    "wagtailadmin_workflows:.*task.*": {
        "pk": "wagtailcore.task",
        "app_label": "=wagtailcore",
        "model_name": "=groupapprovaltask",
    },
    "wagtailadmin_pages:revisions_compare": {"pk": "event"},
    "wagtailadmin_editing_sessions:ping": {
        "app_label": "=wagtailcore",
        "model_name": "=page",
        "object_id": "event",
        "session_id": "editing_session",
    },
    "wagtailadmin_editing_sessions:release": {"session_id": "editing_session"},
    "wagtailadmin_api:pages:.*": {"pk": "event", "action_name": "=copy"},
    "wagtailadmin_api:images:.*|wagtailapi:images:.*": {"pk": "wagtailimages.image"},
    "wagtailadmin_api:documents:.*|wagtailapi:documents:.*": {"pk": "wagtaildocs.document"},
    "wagtailapi:pages:.*": {"pk": "event"},
    "wagtail_localize:.*_snippet_.*|wagtail_localize:snippets_api.*": {
        "app_label": "=members",
        "model_name": "=course",
        "pk": "members.course",
    },
    "wagtail_localize:.*": {
        "translation_source_id": "translation_source",
        "translation_id": "translation",
        "string_segment_id": "string_segment",
        "overridable_segment_id": "=1",
        "mode": "=it",
    },
    "custom_fields:(?!file).*": {"pk": "cms.customfield", "what": "=up", "kind_of_record": "=members.lead"},
    "network:records": {"kind": "=members.lead"},
    "network:view_rows": {"id": "cms.savedview"},
    "cms_privacy_(rows|file)": {"pk": "cms.privacyrequest"},
    "cms_import.*": {"pk": "cms.importbatch", "target": "=members.contact", "act": "=cancel"},
    "saved_view_.*": {"key": "=members.formatpart", "pk": "cms.savedview", "place": "=menu"},
    "person_(doors|end_sessions|reset)": {"pk": "members.user"},
    "account_end_session": {"pk": "=1"},
    "list_(columns|bulk|bulk_runs|export)": {"key": "=members.formatpart"},
    "list_bulk_run(|_progress|_stop)": {"pk": "cms.bulkrun"},
    "custom_fields:file": {"pk": "=00000000-0000-4000-8000-000000000000"},
    "wagtailredirects:.*": {"redirect_id": "wagtailredirects.redirect"},
    "wagtailsearchpromotions:.*": {"query_id": "wagtailsearchpromotions.query"},
    "wagtailsettings:.*": {"app_name": "=cms", "model_name": "=sitechrome", "pk": "wagtailcore.site"},
    "wagtailforms:.*": {"page_id": "event"},
    "wagtail(docs|images):.*upload.*": {"uploaded_file_id": "=1"},
    "wagtailadmin_password_reset_confirm": {"uidb64": "=MQ", "token": "=set-password"},
    "network:(cooperative|service_format|course|campaign)": {"slug": "=none"},
    "network:event": {"id": "event"},
    "donations_year_summary": {"pk": "donations.donor", "year": f"={timezone.localdate().year}"},
    "network:consent_text": {"purpose": "=request"},
    "wagtaildocs_authenticate_with_password": {"restriction_id": "=1"},
}


class CannotFill(LookupError):
    """An address asks for something that the tests do not know."""


def both(address: Address, site: TwoOfEach) -> tuple[str, str]:
    """The address with our row, and with the other cooperative's; equal when it asks for no row."""
    if address.name.startswith("("):
        fixed = "/" + address.route.replace("^.*/$", "nowhere/")
        return fixed, fixed
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for place in address.asks:
        ours[place], theirs[place] = _row(address, place, site)
    return _reverse(address, ours, 0, site), _reverse(address, theirs, 1, site)


def _reverse(address: Address, words: dict[str, Any], whose: int, site: TwoOfEach) -> str:
    if address.name == "wagtaildocs_serve":
        file = site.pair("wagtaildocs.document")[whose]
        return reverse(address.name, args=[file.pk, file.filename])
    if address.name == "wagtail_bulk_action":
        label = f"{words['app_label']}.{words['model_name']}"
        row = (site.extra["event"] if label == "wagtailcore.page" else site.pair(label))[whose]
        return reverse(address.name, kwargs=words) + f"?id={row.pk}"
    return reverse(address.name, kwargs=words)


def _row(address: Address, place: str, site: TwoOfEach) -> tuple[Any, Any]:
    if place in address.given:
        return address.given[place], address.given[place]
    wanted = _wanted(address, place)
    if wanted.startswith("="):
        return wanted[1:], wanted[1:]
    pair = site.extra.get(wanted) or site.pair(wanted)
    return tuple(getattr(one, "pk", one) for one in pair)  # type: ignore[return-value]


def _wanted(address: Address, place: str) -> str:
    for pattern, words in EXAMPLES.items():
        if place in words and re.fullmatch(pattern, address.name):
            return words[place]
    if place in BY_PLACE:
        return BY_PLACE[place]
    if place in ("pk", "instance_pk"):
        return model_of(address.name)
    raise CannotFill(f"{address.name} asks for {place}: say in tests/cms/rights/filling.py what stands there")


def model_of(name: str) -> str:
    """The label of the model whose rows an address shows."""
    space = name.split(":")[0]
    if space in MODELS:
        return MODELS[space]
    known = re.match(
        r"(?:wagtailsnippets_|wagtailsnippetchoosers_)?([a-z]+)_([a-z]+)(?:_modeladmin_|:|$)", name
    )
    if (known and apps.is_installed(known[1])) or (known and known[1] in apps.app_configs):
        return f"{known[1]}.{known[2]}"
    raise CannotFill(f"{name}: say in tests/cms/rights/filling.py which model's rows it shows (MODELS)")


# What is sent where Wagtail's own view breaks on an empty form.
SENT = {
    "wagtailadmin_choose_page_external_link": {"external-link-chooser-url": ""},
}
