"""The app's registration."""

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from recommendations.checks import check_data_dir
from recommendations.index import use_elasticsearch


class RecommendationsConfig(AppConfig):
    """Listening, taste profiles and similar users."""

    name = "recommendations"
    verbose_name = _("recommendations")

    def ready(self) -> None:
        """Have the app's checks run before every command, and choose the index."""
        # Imported here: models cannot be imported before every app is ready.
        from accounts.linking import account_linked  # noqa: PLC0415
        from accounts.service_calls import call_refused, call_wanted  # noqa: PLC0415
        from recommendations.services.page_calls import (  # noqa: PLC0415
            note_refused_call,
            take_wanted_call,
        )
        from recommendations.tasks import enqueue_first_sync  # noqa: PLC0415

        register(check_data_dir)
        account_linked.connect(enqueue_first_sync)
        call_wanted.connect(take_wanted_call)
        call_refused.connect(note_refused_call)
        if settings.ELASTIC_HOST:
            self._use_elasticsearch()

    @staticmethod
    def _use_elasticsearch() -> None:
        # Imported here: models cannot be imported before every app is ready.
        from recommendations.services.catalogue_changes import (  # noqa: PLC0415
            catalogue_changes_committed,
        )
        from recommendations.services.indexing import changes_committed  # noqa: PLC0415
        from recommendations.tasks import (  # noqa: PLC0415
            enqueue_catalogue_catch_up,
            enqueue_catch_up,
        )

        use_elasticsearch(
            settings.ELASTIC_HOST,
            settings.API_KEY,
            shards=settings.ELASTIC_SHARDS,
            replicas=settings.ELASTIC_REPLICAS,
        )
        changes_committed.connect(enqueue_catch_up)
        catalogue_changes_committed.connect(enqueue_catalogue_catch_up)
