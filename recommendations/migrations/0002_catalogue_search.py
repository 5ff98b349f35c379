from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import recommendations.models.name_keys

BATCH_SIZE = 2_000


def make_name_keys(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every stored track its normalised name; the field makes it of the name."""
    tracks = apps.get_model("recommendations", "Track").objects.using(schema_editor.connection.alias)
    last_id = 0
    while batch := list(tracks.filter(pk__gt=last_id).order_by("pk")[:BATCH_SIZE]):
        tracks.bulk_create(
            batch, update_conflicts=True, unique_fields=["id"], update_fields=["name_key"]
        )
        last_id = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ArtistChange",
            fields=[
                (
                    "artist_id",
                    models.BigIntegerField(
                        primary_key=True, serialize=False, verbose_name="artist id"
                    ),
                ),
                ("revision", models.BigIntegerField(unique=True, verbose_name="revision")),
            ],
            options={"verbose_name": "artist change", "verbose_name_plural": "artist changes"},
        ),
        migrations.CreateModel(
            name="TrackChange",
            fields=[
                (
                    "track_id",
                    models.BigIntegerField(
                        primary_key=True, serialize=False, verbose_name="track id"
                    ),
                ),
                ("revision", models.BigIntegerField(unique=True, verbose_name="revision")),
            ],
            options={"verbose_name": "track change", "verbose_name_plural": "track changes"},
        ),
        migrations.AddField(
            model_name="track",
            name="name_key",
            field=recommendations.models.name_keys.NameKeyField(
                default="",
                editable=False,
                help_text="The name to search by.",
                max_length=500,
                verbose_name="normalised name",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(make_name_keys, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="track",
            index=models.Index(
                fields=["name_key", "popularity"],
                name="track_name_key_and_popularity",
                opclasses=["varchar_pattern_ops", "int2_ops"],
            ),
        ),
    ]
