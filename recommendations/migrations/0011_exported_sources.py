from django.db import migrations, models

SOURCES = [
    ("file", "imported file"),
    ("demo", "made up for the demo"),
    ("spotify", "Spotify"),
    ("listenbrainz", "ListenBrainz"),
    ("lastfm", "Last.fm"),
    ("spotify_export", "Spotify data download"),
    ("exportify", "Exportify file"),
    ("own_export", "export of this site"),
]
CONSTRAINTS = [
    ("toptrack", "one_top_track_per_rank", "rank"),
    ("toptrack", "a_top_track_once", "track"),
    ("topartist", "one_top_artist_per_rank", "rank"),
    ("topartist", "a_top_artist_once", "artist"),
]


class Migration(migrations.Migration):
    """Keep apart the lists of different sources that one export brings."""

    dependencies = [("recommendations", "0010_map")]

    operations = [
        *(
            migrations.AddField(
                model_name=model,
                name="exported_source",
                field=models.CharField(
                    blank=True,
                    choices=SOURCES,
                    default="",
                    help_text="Where the list came from before an export of this site brought it here.",
                    max_length=20,
                    verbose_name="source before the export",
                ),
            )
            for model in ("toptrack", "topartist")
        ),
        *(
            migrations.RemoveConstraint(model_name=model, name=name)
            for model, name, _field in CONSTRAINTS
        ),
        *(
            migrations.AddConstraint(
                model_name=model,
                constraint=models.UniqueConstraint(
                    fields=("user", "source", "exported_source", "time_range", field), name=name
                ),
            )
            for model, name, field in CONSTRAINTS
        ),
    ]
