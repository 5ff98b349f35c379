"""How listening arrives by itself: syncs, uploads, outbound queues, questions for features."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import MusicAccount
from recommendations.models.catalogue import AudioFeatures


class Sync(models.Model):
    """One run of reading a listener's top lists from a service.

    What was fetched so far waits in ``fetched`` until all of it is there; then the lists are
    replaced in one transaction. At most one run per music account is not over. ``step`` is the
    list that is read next, ``error`` a code that the page words: why a run failed or waits.
    """

    class State(models.TextChoices):
        """Whether a run goes on."""

        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    account = models.ForeignKey(
        MusicAccount, models.CASCADE, related_name="syncs", verbose_name=_("music account")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.RUNNING
    )
    step = models.CharField(_("step"), max_length=40, blank=True)
    fetched = models.JSONField(_("fetched so far"), default=dict, editable=False)
    counts = models.JSONField(_("counts"), default=dict)
    error = models.CharField(_("error"), max_length=40, blank=True)
    failures = models.PositiveSmallIntegerField(_("calls in vain in a row"), default=0)
    failed_runs = models.PositiveSmallIntegerField(_("failed runs before this one"), default=0)
    next_call_at = models.DateTimeField(_("next call at"))
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        """Names and the rule that two runs for one account are one."""

        verbose_name = _("sync")
        verbose_name_plural = _("syncs")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state="running"),
                name="one_running_sync_per_account",
            )
        ]
        indexes = [models.Index(fields=["state", "next_call_at"], name="sync_due")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.state}"


class OutboundQueue(models.Model):
    """When the next call to a service may be made, for all processes together."""

    service = models.CharField(_("service"), max_length=20, primary_key=True)
    next_call_at = models.DateTimeField(_("next call at"))
    blocked_until = models.DateTimeField(_("blocked until"), null=True)
    block_reason = models.CharField(_("reason of the block"), max_length=40, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)

    class Meta:
        """Names."""

        verbose_name = _("outbound queue")
        verbose_name_plural = _("outbound queues")

    def __str__(self) -> str:
        return self.service


class FeatureQuestion(models.Model):
    """A track whose audio features a provider was or will be asked for."""

    track = models.OneToOneField(
        "recommendations.Track",
        models.CASCADE,
        primary_key=True,
        related_name="feature_question",
        verbose_name=_("track"),
    )
    asked_at = models.DateTimeField(_("asked at"), null=True)
    ask_at = models.DateTimeField(_("ask at"), db_index=True)
    misses = models.PositiveSmallIntegerField(_("unknown so often"), default=0)

    class Meta:
        """Names."""

        verbose_name = _("question for features")
        verbose_name_plural = _("questions for features")

    def __str__(self) -> str:
        return str(self.track_id)


class SecondDescription(models.Model):
    """What another provider says of a track whose audio features are known already.

    No profile takes these values: they tell by how much the provider's scale differs.
    """

    track = models.OneToOneField(
        "recommendations.Track",
        models.CASCADE,
        primary_key=True,
        related_name="second_description",
        verbose_name=_("track"),
    )
    provider = models.CharField(
        _("provider"), max_length=20, choices=AudioFeatures.Provider.choices
    )
    features = models.JSONField(
        _("audio features"), help_text=_("In the order of taste.schema.AUDIO_FEATURES.")
    )

    class Meta:
        """Names."""

        verbose_name = _("second description")
        verbose_name_plural = _("second descriptions")

    def __str__(self) -> str:
        return f"{self.track_id} by {self.provider}"


class Upload(models.Model):
    """Files of listening that a listener brought together, and what became of them.

    They wait in a folder of ``UPLOADS_DIR`` named ``folder``, which is empty once they are gone.
    Whoever imports them writes ``worked_at`` now and then, so that a run that died is noticed.
    ``error`` is a code that the page words; ``unmatched`` has ``[artist, title, plays, reason]``.
    An upload is current while the lists of its source are those that it brought.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        ASKING = "asking", _("damaged; waits for a decision")
        FAILED = "failed", _("failed")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="uploads",
        verbose_name=_("listener"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    source = models.CharField(_("source"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    file_name = models.CharField(_("file name"), max_length=200)
    folder = models.CharField(_("folder"), max_length=40, blank=True, editable=False)
    digest = models.CharField(_("SHA-256"), max_length=64)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"))
    read_bytes = models.PositiveBigIntegerField(_("read bytes"), default=0)
    keep_readable = models.BooleanField(_("keep what can be read"), default=False)
    counts = models.JSONField(_("counts"), default=dict)
    unmatched = models.JSONField(_("not matched"), default=list, editable=False)
    error = models.CharField(_("error"), max_length=40, blank=True)
    is_current = models.BooleanField(_("current"), default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    worked_at = models.DateTimeField(_("worked at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        """Names and the order of a listener's uploads, the newest first."""

        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "source"],
                condition=models.Q(is_current=True),
                name="one_current_upload_per_source",
            )
        ]
        indexes = [models.Index(fields=["state", "worked_at"], name="upload_to_do")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.file_name}"
