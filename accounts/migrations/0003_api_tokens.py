import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

_KEPT = ("digest", "token_key", "user_id", "expiry")


def _move(source, target):
    """Move tokens between the tables: who holds one goes on using it."""
    for token in source.objects.all().iterator():
        made = target.objects.create(**{name: getattr(token, name) for name in _KEPT})
        # Making a row sets the time anew.
        target.objects.filter(pk=made.pk).update(created=token.created)
    source.objects.all().delete()


def take_over(apps, schema_editor):
    _move(apps.get_model("knox", "AuthToken"), apps.get_model("accounts", "ApiToken"))


def give_back(apps, schema_editor):
    _move(apps.get_model("accounts", "ApiToken"), apps.get_model("knox", "AuthToken"))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_music_accounts'),
        ('knox', '0009_extend_authtoken_field'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('digest', models.CharField(max_length=128, primary_key=True, serialize=False)),
                ('token_key', models.CharField(db_index=True, max_length=25)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('expiry', models.DateTimeField(blank=True, null=True)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                ('last_used_at', models.DateTimeField(null=True, verbose_name='last used at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='auth_token_set', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API token',
                'verbose_name_plural': 'API tokens',
            },
        ),
        migrations.RunPython(take_over, give_back),
    ]
