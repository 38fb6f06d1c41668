"""What the public fills in: a request for a service, and an enrolment on a course."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.public_forms import PublicForm
from members.models import ConsentPurpose, ConsentText, CourseEdition, OrganisationKind, ServiceFormat
from members.models.consent_text import fingerprint
from members.models.organisation import email_key
from members.typed import tidy_line, tidy_text

_phone = RegexValidator(
    r"^\+?[0-9 ()./-]{5,40}$", _("Enter a telephone number with digits and spaces, such as 0376 123456.")
)


class LineField(forms.CharField):
    """One line of text: what no database or mail can hold is taken out, not complained about."""

    def to_python(self, value) -> str:
        return tidy_line(super().to_python(value) or "", 100_000)


class TextField(forms.CharField):
    """Several lines of text, tidied alike."""

    widget = forms.Textarea

    def to_python(self, value) -> str:
        return tidy_text(super().to_python(value) or "")


class EmailField(forms.EmailField):
    """An address, kept in lower case."""

    def to_python(self, value) -> str:
        return email_key(tidy_line(super().to_python(value) or "", 1000))


def _box(kind: type[forms.Widget] = forms.TextInput, **attrs) -> forms.Widget:
    return kind(attrs=attrs)


class ConsentForm(PublicForm):
    """Base: a box to tick beside words that staff edit. `consent_text` is the text as it is shown."""

    purpose: ConsentPurpose
    consent = forms.BooleanField(
        error_messages={"required": _("Tick the box: without your consent we cannot keep what you wrote.")}
    )
    # Which words stood beside the box: when staff changed them meanwhile, the new ones are shown first.
    consent_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = self.consent_text
        self.fields["consent_seen"].initial = fingerprint(self.consent_text)
        if self.is_bound and self._words_changed():
            # The box and its mark are shown as for the first time.
            self.data = self.data.copy()
            self.data[self.add_prefix("consent_seen")] = fingerprint(self.consent_text)
            self.data.pop(self.add_prefix("consent"), None)
            self.fields["consent"].error_messages["required"] = _(
                "The text beside the box has changed while you were writing. Read it again and tick the box."
            )

    @cached_property
    def consent_text(self) -> str:
        return ConsentText.objects.current(self.purpose).text

    def _words_changed(self) -> bool:
        seen = self.data.get(self.add_prefix("consent_seen"))
        return self.guarded and bool(seen) and seen != fingerprint(self.consent_text)


class RequestForm(ConsentForm):
    """Tell us what you need. service_format: the format of the page; without one the visitor may choose."""

    purpose = ConsentPurpose.REQUEST

    message = TextField(
        label=_("What do you need?"),
        help_text=_("A few lines are enough: what, for whom, when."),
        max_length=5000,
        widget=_box(forms.Textarea, rows=5),
        error_messages={"required": _("Tell us in a few words what you need.")},
    )
    service_format = forms.ModelChoiceField(
        label=_("Format you are interested in"),
        queryset=ServiceFormat.objects.none(),
        required=False,
        empty_label=_("None, or I do not know yet"),
    )
    name = LineField(
        label=_("First and last name"),
        max_length=160,
        widget=_box(autocomplete="name"),
        error_messages={"required": _("Tell us your name.")},
    )
    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("We will answer you here."),
        widget=_box(forms.EmailInput, autocomplete="email"),
        error_messages={
            "required": _("Tell us the e-mail address at which we may answer you."),
            "invalid": _("Enter a whole e-mail address, such as name@example.org."),
        },
    )
    phone = LineField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        validators=[_phone],
        widget=_box(type="tel", autocomplete="tel"),
    )
    organisation_name = LineField(
        label=_("School, body, company or association"),
        required=False,
        max_length=160,
        widget=_box(autocomplete="organization"),
    )
    organisation_kind = forms.ChoiceField(
        label=_("Public or private?"),
        required=False,
        choices=[("", _("I would rather not say")), *OrganisationKind.choices],
    )
    field_order = [
        "message",
        "service_format",
        "name",
        "email",
        "phone",
        "organisation_name",
        "organisation_kind",
        "consent",
        "consent_seen",
    ]

    def __init__(self, *args, service_format: ServiceFormat | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.service_format = service_format
        if service_format is not None:
            del self.fields["service_format"]
        else:
            self.fields["service_format"].queryset = ServiceFormat.objects.offered()

    def for_service(self) -> dict:
        """The arguments of `open_lead` that come from the form; add language, page, page_url and source."""
        wanted = {"name", "email", "message", "phone", "organisation_name", "organisation_kind"}
        return {
            **{name: self.cleaned_data[name] for name in wanted},
            "service_format": self.service_format or self.cleaned_data.get("service_format"),
            "consent_text": self.consent_text,
        }


class EditionSelect(forms.RadioSelect):
    """Editions to choose from; those without a place left are shown and cannot be taken."""

    def create_option(self, name, value, *args, **kwargs) -> dict:
        option = super().create_option(name, value, *args, **kwargs)
        edition = getattr(value, "instance", None)
        if edition is not None and not edition.places_left:
            option["attrs"]["disabled"] = True
        return option


class EditionField(forms.ModelChoiceField):
    """The edition a person enrols on, told by name, first day, place and places left."""

    widget = EditionSelect

    def label_from_instance(self, edition: CourseEdition) -> str:
        facts = [edition.name, date_format(edition.starts_on, "DATE_FORMAT"), edition.place]
        facts.append(gettext("full") if not edition.places_left else "")
        return " · ".join(fact for fact in facts if fact)


class EnrolmentForm(ConsentForm):
    """A place on a course. editions: those that take enrolments now, full ones included."""

    purpose = ConsentPurpose.ENROLMENT

    edition = EditionField(
        label=_("Edition"),
        queryset=CourseEdition.objects.none(),
        empty_label=None,
        error_messages={
            "required": _("Choose an edition."),
            "invalid_choice": _("Enrolment on this edition is closed: choose another one."),
        },
    )
    first_name = LineField(
        label=_("First name"),
        max_length=80,
        widget=_box(autocomplete="given-name"),
        error_messages={"required": _("Tell us your first name.")},
    )
    last_name = LineField(
        label=_("Last name"),
        max_length=80,
        widget=_box(autocomplete="family-name"),
        error_messages={"required": _("Tell us your last name.")},
    )
    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Confirmation and dates arrive here."),
        widget=_box(forms.EmailInput, autocomplete="email"),
        error_messages={
            "required": _("Tell us the e-mail address for the confirmation."),
            "invalid": _("Enter a whole e-mail address, such as name@example.org."),
        },
    )
    phone = LineField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        validators=[_phone],
        widget=_box(type="tel", autocomplete="tel"),
    )
    organisation_name = LineField(
        label=_("Cooperative or organisation"),
        required=False,
        max_length=160,
        widget=_box(autocomplete="organization"),
    )
    field_order = [
        "edition",
        "first_name",
        "last_name",
        "email",
        "phone",
        "organisation_name",
        "consent",
        "consent_seen",
    ]

    def __init__(self, *args, editions, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions.with_places_left()
        free = [edition.pk for edition in self.fields["edition"].queryset if edition.places_left]
        self.fields["edition"].initial = free[0] if free else None

    def for_service(self) -> dict:
        """The arguments of `enrol` that come from the form; add language and source."""
        wanted = {"edition", "first_name", "last_name", "email", "phone", "organisation_name"}
        return {**{name: self.cleaned_data[name] for name in wanted}, "consent_text": self.consent_text}
