from django.db import models


class StoredObject(models.Model):
    """One object of Stripe's API as it stands now; ``data`` is exactly what a request would be answered."""

    number = models.BigAutoField(primary_key=True)
    stripe_id = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=40)
    created = models.BigIntegerField(help_text="Seconds since 1970, as in data")
    state = models.CharField(max_length=40, blank=True, help_text="data.status, for finding")
    data = models.JSONField()
    private = models.JSONField(default=dict, help_text="What Stripe remembers and does not show")
    due_at = models.BigIntegerField(null=True, help_text="When time does something to it; see agenda.py")
    clock_id = models.CharField(max_length=100, blank=True, help_text="The test clock it lives by")

    class Meta:
        indexes = [
            models.Index(fields=["clock_id", "due_at", "number"], name="object_due"),
            models.Index(fields=["kind", "number"], name="object_kind_number"),
            models.Index(fields=["kind", "state"], name="object_kind_state"),
        ]

    def __str__(self) -> str:
        return self.stripe_id


class Event(models.Model):
    """Something that happened, with the object as it was at that moment. Never changed."""

    number = models.BigAutoField(primary_key=True)
    stripe_id = models.CharField(max_length=100, unique=True)
    type = models.CharField(max_length=80, db_index=True)
    created = models.BigIntegerField()
    data = models.JSONField()

    def __str__(self) -> str:
        return f"{self.type} {self.stripe_id}"


class Delivery(models.Model):
    """The sending of one event to the site: a row first, so that a restart forgets none."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        GIVEN_UP = "given up"
        DROPPED = "dropped"

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="delivery")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.FloatField(default=0, help_text="Seconds since 1970")
    claimed_until = models.FloatField(default=0, help_text="A sender that dies gives it back at this moment")
    last_tried_at = models.FloatField(null=True)
    last_status = models.PositiveIntegerField(null=True, help_text="HTTP status; null when nobody answered")
    last_answer = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [models.Index(fields=["state", "next_try_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"


class IdempotencyKey(models.Model):
    """A key that a client sent with a request, and the answer that every repetition gets."""

    key = models.CharField(max_length=255, unique=True)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and parameters")
    request_id = models.CharField(max_length=40)
    started_at = models.FloatField()
    status = models.PositiveIntegerField(null=True, help_text="Null while the first request is under way")
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.key


class Knob(models.Model):
    """A fault that tests ask for; see chaos.py."""

    name = models.CharField(max_length=40, unique=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Clock(models.Model):
    """One row: how far ahead of the computer's clock the sandbox lives; see clock.py."""

    ahead = models.BigIntegerField(default=0, help_text="Seconds")

    def __str__(self) -> str:
        return f"{self.ahead} s ahead"
