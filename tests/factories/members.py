"""People and work, in situations that tests name."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone

from members.models import (
    Audience,
    Competence,
    Contact,
    Cooperative,
    Course,
    CourseEdition,
    Enrolment,
    FormatPart,
    Hue,
    Lead,
    LeadStage,
    LostReason,
    Organisation,
    ServiceFormat,
    Session,
    StageKind,
    User,
)

ROME = ZoneInfo("Europe/Rome")


def today() -> date:
    return timezone.localdate()


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who may log in to the admin: UserFactory(role="commercial") has that role's rights."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@rete.example")
    first_name = "Ada"
    last_name = factory.Sequence(lambda n: f"Bianchi{n}")
    password = factory.django.Password("a long password")
    is_active = True

    class Params:
        admin = factory.Trait(is_staff=True, is_superuser=True)

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        if create and extracted:
            from django.contrib.auth.models import Group

            self.groups.add(Group.objects.get(name=extracted))


class CompetenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Competence
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"competenza-{n}")
    name_it = factory.Sequence(lambda n: f"Competenza {n}")
    name_en = factory.Sequence(lambda n: f"Competence {n}")
    hue = Hue.LAKE
    rhythm = 1


class AudienceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Audience
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"pubblico-{n}")
    name_it = factory.Sequence(lambda n: f"Pubblico {n}")


class CooperativeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Cooperative
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"cooperativa-{n}")
    name = factory.Sequence(lambda n: f"Cooperativa {n}")
    town = "Mantova"
    province = "MN"

    class Params:
        unlisted = factory.Trait(is_listed=False)

    @factory.post_generation
    def competences(self, create, extracted, **kwargs):
        if create and extracted:
            self.competences.set(extracted)


class ServiceFormatFactory(factory.django.DjangoModelFactory):
    """ServiceFormatFactory(woven_by=[coop, coop]) has an approved part for each."""

    class Meta:
        model = ServiceFormat
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"format-{n}")
    name_it = factory.Sequence(lambda n: f"Format {n}")
    name_en = factory.Sequence(lambda n: f"Format {n} in English")
    summary_it = "Un percorso per le scuole."
    duration_it = "mezza giornata"
    price_from_cents = 50_000
    price_to_cents = 120_000

    class Params:
        withdrawn = factory.Trait(is_offered=False)

    @factory.post_generation
    def woven_by(self, create, extracted, **kwargs):
        for order, cooperative in enumerate(extracted or []):
            FormatPart.objects.create(
                service_format=self,
                cooperative=cooperative,
                order=order,
                role_it="conduce i laboratori",
                state=FormatPart.State.APPROVED,
            )


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Comune di Prova {n}")
    kind = "public"


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    first_name = "Giulia"
    last_name = factory.Sequence(lambda n: f"Rossi{n}")
    email = factory.Sequence(lambda n: f"giulia{n}@comune.example")
    organisation = factory.SubFactory(OrganisationFactory)


class LeadStageFactory(factory.django.DjangoModelFactory):
    """A stage of a kind: those of the first migration when they are there."""

    class Meta:
        model = LeadStage
        django_get_or_create = ["name_it"]

    name_it = "nuova"
    name_en = "new"
    kind = StageKind.OPEN
    order = 10

    class Params:
        qualified = factory.Trait(name_it="qualificata", name_en="qualified", order=20)
        won = factory.Trait(name_it="acquisita", name_en="won", kind=StageKind.WON, order=50)
        lost = factory.Trait(name_it="persa", name_en="lost", kind=StageKind.LOST, order=60)


class LostReasonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LostReason
        django_get_or_create = ["name_it"]

    name_it = "prezzo"
    name_en = "price"
    order = 10


class LeadFactory(factory.django.DjangoModelFactory):
    """A new request; LeadFactory(overdue=True), (won=True), (lost=True)."""

    class Meta:
        model = Lead

    title = factory.Sequence(lambda n: f"Richiesta {n}")
    message = "Cerchiamo un laboratorio per le scuole."
    contact = factory.SubFactory(ContactFactory)
    organisation = factory.LazyAttribute(lambda lead: lead.contact.organisation if lead.contact else None)
    stage = factory.SubFactory(LeadStageFactory)

    class Params:
        overdue = factory.Trait(
            next_action="telefonare", next_action_on=factory.LazyFunction(lambda: today() - timedelta(days=3))
        )
        won = factory.Trait(stage=factory.SubFactory(LeadStageFactory, won=True), kind=StageKind.WON)
        lost = factory.Trait(
            stage=factory.SubFactory(LeadStageFactory, lost=True),
            kind=StageKind.LOST,
            lost_reason=factory.SubFactory(LostReasonFactory),
        )


class CourseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Course
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"corso-{n}")
    title_it = factory.Sequence(lambda n: f"Corso {n}")
    title_en = factory.Sequence(lambda n: f"Course {n}")
    summary_it = "Imparare a raccogliere fondi per la cultura."
    body_it = "<p>Tre incontri.</p>"

    class Params:
        draft = factory.Trait(live=False, has_unpublished_changes=True)


class CourseEditionFactory(factory.django.DjangoModelFactory):
    """An edition that takes enrolments today; traits full, cancelled, closed, not_yet, past."""

    class Meta:
        model = CourseEdition
        skip_postgeneration_save = True

    course = factory.SubFactory(CourseFactory)
    name_it = "Primavera"
    name_en = "Spring"
    starts_on = factory.LazyFunction(lambda: today() + timedelta(days=20))
    ends_on = factory.LazyAttribute(lambda edition: edition.starts_on + timedelta(days=7))
    enrolment_closes_on = factory.LazyAttribute(lambda edition: edition.starts_on - timedelta(days=5))
    capacity = 12
    teacher = "Marta Verdi"
    place = "Spazio Gambrinus, Mantova"

    class Params:
        cancelled = factory.Trait(is_cancelled=True)
        closed = factory.Trait(enrolment_closes_on=factory.LazyFunction(lambda: today() - timedelta(days=1)))
        not_yet = factory.Trait(enrolment_opens_on=factory.LazyFunction(lambda: today() + timedelta(days=1)))
        past = factory.Trait(starts_on=factory.LazyFunction(lambda: today() - timedelta(days=30)))

    @factory.post_generation
    def full(self, create, extracted, **kwargs):
        if create and extracted:
            EnrolmentFactory.create_batch(self.capacity, edition=self)


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Session

    edition = factory.SubFactory(CourseEditionFactory)
    starts_at = factory.LazyAttribute(
        lambda session: datetime.combine(session.edition.starts_on, time(14, 30), tzinfo=ROME)
    )
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=3))


class EnrolmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enrolment

    edition = factory.SubFactory(CourseEditionFactory)
    first_name = "Luca"
    last_name = factory.Sequence(lambda n: f"Neri{n}")
    email = factory.Sequence(lambda n: f"luca{n}@persone.example")

    class Params:
        cancelled = factory.Trait(
            state=Enrolment.State.CANCELLED, cancelled_at=factory.LazyFunction(timezone.now)
        )
