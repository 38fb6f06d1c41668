"""What sheets of people and work hold: names of columns, and how a record is known again.

Contacts, clients and people on courses are known again by the same functions as in forms and in the API:
members.models.organisation.name_key and email_key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms import statements
from cms.folding import fold
from cms.spreadsheets.fields import SheetField
from cms.spreadsheets.importing.problems import Conflict
from cms.spreadsheets.resources import SheetResource, Values, register
from members.models import (
    Competence,
    Contact,
    Cooperative,
    CourseEdition,
    Enrolment,
    Lead,
    LeadStage,
    LeadStageMove,
    Organisation,
    StageKind,
)
from members.models.organisation import bare_key, email_key, name_key
from members.named_in_sheets import BENEFICIARY, CLIENT, COMPETENCES, CONTACT, COURSE, EDITION, FORMAT

MEMBERSHIP = "members.keep_membership"


class KnownByName(SheetResource):
    """Base of small tables whose rows are known by a name, whatever its case and accents."""

    checks_whole = True
    name_field = "name"

    def key_of(self, values: Values) -> Any:
        return fold(" ".join(str(values.get(self.name_field) or "").split())) or None

    def candidates(self, rows: QuerySet, keys: Iterable[Any]) -> QuerySet:
        return rows

    def prepare(self, values: Values, *, is_new: bool) -> None:
        if is_new and not values.get("slug") and "slug" in self.fields:
            values["slug"] = slugify(str(values.get(self.name_field) or ""))[:50]


@register
class OrganisationResource(SheetResource):
    name = SheetField("name", synonyms=("cliente", "ente", "organizzazione", "ragione sociale", "client"))
    kind = SheetField("kind", synonyms=("tipo", "tipologia", "type"))
    nature = SheetField("nature", synonyms=("natura", "che cos'è"))
    sector = SheetField("sector", synonyms=("settore",))
    town = SheetField("town", synonyms=("città", "comune", "city"))
    tax_code = SheetField("tax_code", synonyms=("codice fiscale", "cf", "partita iva", "p.iva"))
    website = SheetField("website", synonyms=("sito", "sito web", "web"))

    class Meta:
        model = Organisation
        fields = ("name", "kind", "nature", "sector", "town", "tax_code", "website")
        import_id_fields = ("name",)

    def key_of(self, values: Values) -> Any:
        return name_key(values.get("name") or "")[:160] or None

    def candidates(self, rows: QuerySet, keys: Iterable[Any]) -> QuerySet:
        return rows.filter(name_key__in=keys)

    def derived(self, values: Values) -> Values:
        if "name" not in values:
            return {}
        return {"name_key": name_key(values["name"])[:160], "bare_key": bare_key(values["name"])}


@register
class ContactResource(SheetResource):
    first_name = SheetField("first_name", synonyms=("nome",))
    last_name = SheetField("last_name", synonyms=("cognome", "surname"))
    email = SheetField(
        "email", required=True, synonyms=("posta elettronica", "indirizzo e-mail", "mail", "pec")
    )
    phone = SheetField("phone", synonyms=("tel", "telefono", "cellulare", "cell", "phone number"))
    organisation = SheetField(
        "organisation", refers_to=CLIENT, synonyms=("cliente", "ente", "organizzazione", "azienda", "company")
    )

    class Meta:
        model = Contact
        fields = ("first_name", "last_name", "email", "phone", "organisation")
        import_id_fields = ("email",)

    def key_of(self, values: Values) -> Any:
        return email_key(values.get("email") or "") or None

    def candidates(self, rows: QuerySet, keys: Iterable[Any]) -> QuerySet:
        return rows.filter(email__in=keys)


@register
class LeadResource(SheetResource):
    """Requests that staff keep elsewhere. Each enters the first stage, and nobody is mailed.

    From the site every message is a request of its own. In a sheet the same title of the same contact is the
    same request, or a file could not come twice.
    """

    title = SheetField("title", synonyms=("titolo", "oggetto", "richiesta", "subject"))
    contact = SheetField(
        "contact", label=gettext_lazy("Contact's e-mail"), required=True, refers_to=CONTACT,
        synonyms=("e-mail", "email", "contatto", "mail"),
    )  # fmt: skip
    organisation = SheetField(
        "organisation", refers_to=CLIENT, synonyms=("cliente", "ente", "organizzazione")
    )
    message = SheetField("message", synonyms=("messaggio", "testo", "descrizione", "note"))
    service_format = SheetField("service_format", refers_to=FORMAT, synonyms=("format",))
    expected_value_cents = SheetField("expected_value_cents", synonyms=("valore", "importo", "value"))
    next_action = SheetField("next_action", synonyms=("prossima azione",))
    next_action_on = SheetField("next_action_on", synonyms=("entro", "scadenza", "data prossima azione"))
    language = SheetField("language", synonyms=("lingua",))
    own_children = ("moves",)

    class Meta:
        model = Lead
        fields = (
            "title", "contact", "organisation", "message", "service_format", "expected_value_cents",
            "next_action", "next_action_on", "language",
        )  # fmt: skip
        import_id_fields = ("contact", "title")

    def key_of(self, values: Values) -> Any:
        title, contact = fold(values.get("title") or ""), values.get("contact")
        return (contact, title) if title and contact else None

    def candidates(self, rows: QuerySet, keys: Iterable[Any]) -> QuerySet:
        return rows.filter(contact__in={contact for contact, _title in keys})

    def columns_of_new(self) -> Values:
        stage = LeadStage.objects.first_open()
        if stage is None:
            raise Conflict(_("There is no stage in which a request can begin."))
        return {"stage_id": stage.pk, "kind": StageKind.OPEN, "source": Lead.Source.STAFF}

    def after_write(self, new: Sequence[int], changed: Sequence[int]) -> None:
        stage = self.columns_of_new()["stage_id"] if new else None
        LeadStageMove.objects.bulk_create(
            [LeadStageMove(lead_id=pk, to_stage_id=stage, by=self.user) for pk in new], batch_size=1000
        )


@register
class CompetenceResource(KnownByName):
    name_it = SheetField("name_it", synonyms=("nome", "competenza", "competence"))
    name_en = SheetField("name_en", synonyms=("nome inglese", "inglese", "english"))
    description_it = SheetField("description_it", synonyms=("descrizione",))
    description_en = SheetField("description_en", synonyms=("descrizione inglese",))
    hue = SheetField("hue", synonyms=("colore", "colour", "color"))
    rhythm = SheetField("rhythm", synonyms=("ritmo",))
    slug = SheetField("slug", required=False)
    name_field = "name_it"
    saves_each = True

    class Meta:
        model = Competence
        fields = ("name_it", "name_en", "description_it", "description_en", "hue", "rhythm", "slug")
        import_id_fields = ("name_it",)

    def save_row(self, instance: Any, *, is_new: bool, many: dict[str, list[int]]) -> None:
        super().save_row(instance, is_new=is_new, many=many)
        instance.save_revision(user=self.user, clean=False)


@register
class CooperativeResource(KnownByName):
    name = SheetField("name", synonyms=("cooperativa", "nome"))
    legal_form = SheetField("legal_form", synonyms=("forma giuridica",))
    town = SheetField("town", synonyms=("città", "comune", "city"))
    province = SheetField("province", synonyms=("provincia", "prov"))
    email = SheetField("email", synonyms=("posta elettronica", "mail"))
    phone = SheetField("phone", synonyms=("tel", "telefono"))
    website = SheetField("website", synonyms=("sito", "sito web"))
    competences = SheetField("competences", refers_to=COMPETENCES, synonyms=("competenze",))
    joined_on = SheetField("joined_on", permission=MEMBERSHIP, synonyms=("socia dal", "data di adesione"))
    is_listed = SheetField("is_listed", permission=MEMBERSHIP, synonyms=("visibile", "pubblica"))
    beneficiary = SheetField("beneficiary", permission=MEMBERSHIP, refers_to=BENEFICIARY)
    slug = SheetField("slug", permission=MEMBERSHIP, required=False)

    class Meta:
        model = Cooperative
        fields = (
            "name", "legal_form", "town", "province", "email", "phone", "website", "competences", "joined_on",
            "is_listed", "beneficiary", "slug",
        )  # fmt: skip
        import_id_fields = ("name",)


@register
class CourseEditionResource(SheetResource):
    course = SheetField("course", refers_to=COURSE, synonyms=("corso",))
    name_it = SheetField("name_it", synonyms=("edizione", "nome", "edition"))
    name_en = SheetField("name_en", synonyms=("nome inglese",))
    starts_on = SheetField("starts_on", synonyms=("inizio", "data inizio", "dal", "start"))
    ends_on = SheetField("ends_on", synonyms=("fine", "data fine", "al", "end"))
    capacity = SheetField("capacity", synonyms=("posti", "capienza"))
    price_cents = SheetField("price_cents", synonyms=("prezzo", "costo"))
    teacher = SheetField("teacher", synonyms=("docente",))
    place = SheetField("place", synonyms=("luogo", "sede"))
    enrolment_opens_on = SheetField("enrolment_opens_on", synonyms=("iscrizioni dal",))
    enrolment_closes_on = SheetField("enrolment_closes_on", synonyms=("iscrizioni fino al",))
    checks_whole = True
    label_needs = ("course",)

    class Meta:
        model = CourseEdition
        fields = (
            "course", "name_it", "name_en", "starts_on", "ends_on", "capacity", "price_cents", "teacher",
            "place", "enrolment_opens_on", "enrolment_closes_on",
        )  # fmt: skip
        import_id_fields = ("course", "name_it")

    def key_of(self, values: Values) -> Any:
        course, name = values.get("course"), fold(values.get("name_it") or "")
        return (course, name) if course and name else None

    def candidates(self, rows: QuerySet, keys: Iterable[Any]) -> QuerySet:
        return rows.filter(course__in={course for course, _name in keys})


@register
class EnrolmentResource(SheetResource):
    """People on courses. Never more than places; nobody is mailed, for these are lists that staff keep."""

    edition = SheetField(
        "edition", refers_to=EDITION, synonyms=("edizione",),
        help_text=gettext_lazy("As the list of editions calls it: course · edition."),
    )  # fmt: skip
    first_name = SheetField("first_name", synonyms=("nome",))
    last_name = SheetField("last_name", synonyms=("cognome",))
    email = SheetField("email", synonyms=("posta elettronica", "mail"))
    phone = SheetField("phone", synonyms=("tel", "telefono", "cellulare"))
    organisation_name = SheetField("organisation_name", synonyms=("ente", "organizzazione", "cooperativa"))
    language = SheetField("language", synonyms=("lingua",))
    state = SheetField(
        "state", required=False, synonyms=("stato",),
        help_text=gettext_lazy("Only to tell apart: an enrolment is cancelled from its page."),
    )  # fmt: skip
    label_needs = ("edition__course",)

    class Meta:
        model = Enrolment
        fields = (
            "edition", "first_name", "last_name", "email", "phone", "organisation_name", "language", "state",
        )  # fmt: skip
        import_id_fields = ("edition", "email")

    def key_of(self, values: Values) -> Any:
        """A place on an edition, and apart from it one that was given up: that row brings nobody back."""
        edition, email = values.get("edition"), email_key(values.get("email") or "")
        state = values.get("state") or Enrolment.State.CONFIRMED
        return (edition, email, str(state)) if edition and email else None

    def candidates(self, rows: QuerySet, keys: Iterable[Any]) -> QuerySet:
        return rows.filter(email__in={key[1] for key in keys})

    def stored(self, rows: QuerySet, fields: Sequence[SheetField]) -> Iterator[tuple[int, str, Values]]:
        has_state = any(field.name == "state" for field in fields)
        return super().stored(rows, fields if has_state else [*fields, self.all_fields()["state"]])

    def problems_of(self, values: Values, old: Values | None) -> list[tuple[str, str]]:
        if old is None and values.get("state") == Enrolment.State.CANCELLED:
            return [("state", _("there is no such enrolment, and a new one cannot be a cancelled one"))]
        return []

    def after_write(self, new: Sequence[int], changed: Sequence[int]) -> None:
        statements.one_at_a_time(CourseEdition)
        editions = CourseEdition.objects.select_for_update(of=("self",)).filter(
            pk__in=Enrolment.objects.filter(pk__in=new).values("edition")
        )
        for edition in list(editions.order_by("pk")):
            taken = edition.enrolments.confirmed().count()
            if edition.is_cancelled or taken > edition.capacity:
                raise Conflict(
                    _("“%(edition)s” has %(places)s places, and %(people)s people would be on it.")
                    % {"edition": edition, "places": edition.capacity, "people": taken}
                )
