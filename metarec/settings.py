"""Every setting of the site, and the only reader of the environment.

Each variable is described in ``docs/configuration.md``. Nothing needs to be set to start.
"""

import tempfile
from datetime import timedelta
from pathlib import Path

import django_stubs_ext
from celery.schedules import schedule
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from dotenv import load_dotenv
from kombu import Queue

from metarec.environment import (
    env_address,
    env_boolean,
    env_choice,
    env_integer,
    env_list,
    env_secret,
    env_text,
    env_url,
)
from metarec.servers import build_broker, build_cache, build_database

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")

# No task may take longer; chosen by us: what a sweep leaves then, the next one takes up.
_LONGEST_TASK_S = 660
# Everything the site writes: database, broker, secrets, collected static files.
DATA_DIR = Path(env_text("METAREC_DATA_DIR", str(BASE_DIR / "var"))).resolve()
try:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    # What listeners upload, until it is imported; web and worker both work in it.
    UPLOADS_DIR = DATA_DIR / "uploads"
    UPLOADS_DIR.mkdir(mode=0o700, exist_ok=True)
    _BROKER = build_broker(env_text("REDIS_URL", ""), DATA_DIR / "broker", _LONGEST_TASK_S)
    # A folder that was made by another user is there, and cannot be written all the same.
    tempfile.TemporaryFile(dir=DATA_DIR).close()
except OSError as _error:
    raise ImproperlyConfigured(
        f"METAREC_DATA_DIR is {str(DATA_DIR)!r}, where nothing can be written: {_error.strerror}."
    ) from _error

# --- Core -----------------------------------------------------------------------------------
DEBUG = env_boolean("METAREC_DEBUG", default=False)
SECRET_KEY = env_secret("METAREC_SECRET_KEY", DATA_DIR / "secret_key")
PORT = env_integer("PORT", 8000, low=1, high=65535)
ALLOWED_HOSTS = env_list("METAREC_ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
ROOT_URLCONF = "metarec.urls"
WSGI_APPLICATION = "metarec.wsgi.application"

INSTALLED_APPS = [
    "metarec",
    "accounts",
    "recommendations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "metarec.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "metarec.middleware.PageCompression",
    "recommendations.api.caching.ApiCachingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "metarec.middleware.page_of_wrong_method",
    "metarec.middleware.page_of_signing_in",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------
DATABASES = {
    "default": build_database(env_text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'metarec.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": build_cache(env_text("REDIS_URL", ""))}

# --- Accounts -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "recommendations:similar_users"
LOGOUT_REDIRECT_URL = "recommendations:home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
# No e-mail address: that it is taken would tell whose it is. An operator may enter one.
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_FORMS = {"login": "accounts.forms.LoginForm", "signup": "accounts.forms.SignupForm"}
# A site on one machine has no mail server; an address is only a second name to sign in with.
ACCOUNT_EMAIL_VERIFICATION = "none"
# Requests that a form sends; of each network address, of each user, and for each login that is
# tried. Chosen by us: a household signs in at once, and guessing passwords is slow.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
# Nor may what allauth would send, a link that resets a password, end up in the log.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# --- Music services --------------------------------------------------------------------------
# Described in docs/listening-sources.md. Nothing is sent to a service unless a listener asks for
# it; ReccoBeats alone is asked by the site, and sees nothing but the ids of tracks.
METAREC_SPOTIFY = env_boolean("METAREC_SPOTIFY", default=True)
METAREC_LISTENBRAINZ = env_boolean("METAREC_LISTENBRAINZ", default=True)
METAREC_LASTFM = env_boolean("METAREC_LASTFM", default=True)
METAREC_RECCOBEATS = env_boolean("METAREC_RECCOBEATS", default=True)
METAREC_SPOTIFY_FEATURES = env_boolean("METAREC_SPOTIFY_FEATURES", default=False)
# Without the keys of an app there is no Spotify, and without a key no Last.fm.
SPOTIFY_CLIENT_ID = env_text("SPOTIFY_CLIENT_ID", "")
SPOTIFY_CLIENT_SECRET = env_text("SPOTIFY_CLIENT_SECRET", "")
SPOTIFY_REDIRECT_URI = env_url("SPOTIFY_REDIRECT_URI", "")
LASTFM_API_KEY = env_text("LASTFM_API_KEY", "")
# Without a slash at the end.
SPOTIFY_ACCOUNTS_URL = env_url("SPOTIFY_ACCOUNTS_URL", "https://accounts.spotify.com").rstrip("/")
SPOTIFY_API_URL = env_url("SPOTIFY_API_URL", "https://api.spotify.com/v1").rstrip("/")
LISTENBRAINZ_URL = env_url("LISTENBRAINZ_URL", "https://api.listenbrainz.org").rstrip("/")
LASTFM_URL = env_url("LASTFM_URL", "https://ws.audioscrobbler.com/2.0/")
RECCOBEATS_URL = env_url("RECCOBEATS_URL", "https://api.reccobeats.com/v1").rstrip("/")
# What the tokens of linked accounts are encrypted with; the first key is the one in use.
METAREC_TOKEN_KEYS = [
    key.strip()
    for key in env_secret("METAREC_TOKEN_KEYS", DATA_DIR / "token_keys").split(",")
    if key.strip()
]
SOCIALACCOUNT_ADAPTER = "accounts.social_adapter.SocialAccountAdapter"
# allauth would keep them readable; accounts/tokens.py keeps them encrypted.
SOCIALACCOUNT_STORE_TOKENS = False

# --- Webhooks -------------------------------------------------------------------------------
# Whether they may have addresses of one's own network, where the site can reach what others cannot.
METAREC_WEBHOOK_PRIVATE = env_boolean("METAREC_WEBHOOK_PRIVATE", default=False)

# --- Uploads --------------------------------------------------------------------------------
UPLOAD_MAX_BYTES = env_integer("METAREC_UPLOAD_MB", 256, low=1, high=4096) * 1024**2
FILE_UPLOAD_TEMP_DIR = UPLOADS_DIR
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["recommendations.upload_handler.CappedUploadHandler"]
# Chosen by us: whoever imports writes each second, so that one silent for so long has died.
UPLOAD_QUIET_AFTER = timedelta(minutes=2)

# --- Language and time ----------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "metarec" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files ---------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "metarec.plotly_file.PlotlyFileFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Security -------------------------------------------------------------------------------
# One switch for everything that only makes sense behind TLS.
HTTPS = env_boolean("METAREC_HTTPS", default=False)
# Whose address counts toward rates: the client's, or what the proxy that ends TLS says of it.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_TRUSTED_ORIGINS = [
    f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host not in {"*", "[::1]"}
]
X_FRAME_OPTIONS = "DENY"

# --- Celery ---------------------------------------------------------------------------------
CELERY_BROKER_URL = _BROKER["CELERY_BROKER_URL"]
CELERY_BROKER_TRANSPORT = _BROKER.get("CELERY_BROKER_TRANSPORT")
CELERY_BROKER_TRANSPORT_OPTIONS = _BROKER["CELERY_BROKER_TRANSPORT_OPTIONS"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# What waits for files and other sites, and what looks at everybody for minutes, must not hold up
# what a listener waits for. A worker takes from all of them unless it is told otherwise:
# celery worker --queues compute
CELERY_TASK_QUEUES = [Queue(name) for name in ("sync", "compute", "index", "population")]
CELERY_TASK_DEFAULT_QUEUE = "compute"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ROUTES = {
    "recommendations.tasks.describe_tracks": {"queue": "sync"},
    "recommendations.tasks.answer_feature_questions": {"queue": "sync"},
    "recommendations.tasks.sync_listener": {"queue": "sync"},
    "recommendations.tasks.continue_syncs": {"queue": "sync"},
    "recommendations.tasks.sweep_syncs": {"queue": "sync"},
    "recommendations.tasks.start_due_syncs": {"queue": "sync"},
    "recommendations.tasks.import_upload": {"queue": "sync"},
    "recommendations.tasks.sweep_uploads": {"queue": "sync"},
    "recommendations.tasks.continue_playlist": {"queue": "sync"},
    "recommendations.tasks.sweep_playlists": {"queue": "sync"},
    "recommendations.tasks.sweep_webhooks": {"queue": "sync"},
    "recommendations.tasks.deliver_webhook": {"queue": "sync"},
    "recommendations.tasks.find_new_similar_users": {"queue": "compute"},
    "recommendations.tasks.delete_what_nobody_permits": {"queue": "compute"},
    "recommendations.tasks.delete_dead_sessions": {"queue": "compute"},
    "recommendations.tasks.evaluate_rankings": {"queue": "population"},
    "recommendations.tasks.recompute_profile": {"queue": "compute"},
    "recommendations.tasks.place_listener": {"queue": "compute"},
    "recommendations.tasks.recompute_stale_profiles": {"queue": "compute"},
    "recommendations.tasks.compute_clusters_if_changed": {"queue": "population"},
    "recommendations.tasks.compute_map_if_changed": {"queue": "population"},
    "recommendations.tasks.catch_up_index": {"queue": "index"},
    "recommendations.tasks.catch_up_catalogue": {"queue": "index"},
}
CELERY_TASK_IGNORE_RESULT = True
# A task that was cut off runs again, and a worker takes no task that it cannot begin.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = _LONGEST_TASK_S - 60
CELERY_TASK_TIME_LIMIT = _LONGEST_TASK_S
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "metarec.beat:SharedScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
_SWEEP_S = 60.0
_HOUR_S = 3600.0
_DAY_S = 24 * _HOUR_S
# Who just brought listening waits for its sound.
_QUESTIONS_S = 15.0
_CALLS_S = 10.0
CELERY_BEAT_SCHEDULE = {
    "recompute stale profiles": {
        "task": "recommendations.tasks.recompute_stale_profiles",
        "schedule": schedule(_SWEEP_S),
        # While a long sweep runs, later ones must not pile up behind it.
        "options": {"expires": _SWEEP_S},
    },
    "compute clusters": {
        "task": "recommendations.tasks.compute_clusters_if_changed",
        "schedule": schedule(_SWEEP_S),
        "options": {"expires": _SWEEP_S},
    },
    "compute map": {
        "task": "recommendations.tasks.compute_map_if_changed",
        "schedule": schedule(_SWEEP_S),
        "options": {"expires": _SWEEP_S},
    },
    "sweep uploads": {
        "task": "recommendations.tasks.sweep_uploads",
        "schedule": schedule(_SWEEP_S),
        "options": {"expires": _SWEEP_S},
    },
    "sweep syncs": {
        "task": "recommendations.tasks.sweep_syncs",
        "schedule": schedule(_CALLS_S),
        "options": {"expires": _CALLS_S},
    },
    "sweep playlists": {
        "task": "recommendations.tasks.sweep_playlists",
        "schedule": schedule(_SWEEP_S),
        "options": {"expires": _SWEEP_S},
    },
    "start due syncs": {
        "task": "recommendations.tasks.start_due_syncs",
        "schedule": schedule(_SWEEP_S),
        "options": {"expires": _SWEEP_S},
    },
    "answer feature questions": {
        "task": "recommendations.tasks.answer_feature_questions",
        "schedule": schedule(_QUESTIONS_S),
        "options": {"expires": _QUESTIONS_S},
    },
    "sweep webhooks": {
        "task": "recommendations.tasks.sweep_webhooks",
        "schedule": schedule(_CALLS_S),
        "options": {"expires": _CALLS_S},
    },
    "find new similar users": {
        "task": "recommendations.tasks.find_new_similar_users",
        "schedule": schedule(_SWEEP_S),
        "options": {"expires": _SWEEP_S},
    },
    "evaluate rankings": {
        "task": "recommendations.tasks.evaluate_rankings",
        "schedule": schedule(_DAY_S),
        "options": {"expires": _HOUR_S},
    },
    "delete dead sessions": {
        "task": "recommendations.tasks.delete_dead_sessions",
        "schedule": schedule(_HOUR_S),
        "options": {"expires": _HOUR_S},
    },
    "delete what nobody permits": {
        "task": "recommendations.tasks.delete_what_nobody_permits",
        "schedule": schedule(_HOUR_S),
        "options": {"expires": _HOUR_S},
    },
}
CELERY_TIMEZONE = TIME_ZONE

# --- REST API -------------------------------------------------------------------------------
# Described in docs/api.md. https://www.django-rest-framework.org/api-guide/settings/
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["recommendations.api.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "recommendations.api.pagination.CursorPages",
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "recommendations.api.errors.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": [
        "accounts.api.throttles.AnonymousThrottle",
        "accounts.api.throttles.UserThrottle",
    ],
    # Chosen by us: a person or a small script is never held up, and guessing passwords is slow.
    "DEFAULT_THROTTLE_RATES": {
        "anon": "60/min",
        "user": "300/min",
        "password": "10/min",
        "upload": "30/hour",
        "export": "30/hour",
        "compare": "60/min",
        "search": "60/min",
        "token": "30/hour",
    },
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=30)}
KNOX_TOKEN_MODEL = "accounts.ApiToken"  # noqa: S105 - no token, but where they are kept
SPECTACULAR_SETTINGS = {
    "TITLE": "metarec",
    "VERSION": "1",
    "DESCRIPTION": "Similar users with the reasons. Errors have one shape: see `Error`.",
    # 3.1 lets DELETE have a body, which carries the password when an account is deleted.
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "recommendations.api.schema.complete_schema",
    ],
    # Three fields are called so.
    "ENUM_NAME_OVERRIDES": {
        "SyncStateEnum": "recommendations.models.Sync.State",
        "UploadStateEnum": "recommendations.models.Upload.State",
        "SpotifyPlaylistStateEnum": "recommendations.models.SpotifyPlaylist.State",
    },
    # From the package next to it, not from a content delivery network.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
}

# --- Index ----------------------------------------------------------------------------------
# Without a host the profiles are in each process's memory, and names are looked up in the
# database. See docs/elasticsearch.md.
ELASTIC_HOST = env_address("ELASTIC_HOST", "http://127.0.0.1:9200")
API_KEY = env_text("API_KEY", "")
ELASTIC_SHARDS = env_integer("ELASTIC_SHARDS", 1, low=1, high=1024)
ELASTIC_REPLICAS = env_integer("ELASTIC_REPLICAS", 0, low=0, high=10)
if ELASTIC_HOST:
    for _index in ("index", "catalogue"):
        CELERY_BEAT_SCHEDULE[f"catch up {_index}"] = {
            "task": f"recommendations.tasks.catch_up_{_index}",
            "schedule": schedule(_SWEEP_S),
            "options": {"expires": _SWEEP_S},
        }

# --- Ranking --------------------------------------------------------------------------------
METAREC_RANKING = env_choice("METAREC_RANKING", "hybrid", ["seed", "hybrid"])

# --- Logging --------------------------------------------------------------------------------
# One line per finished unit of work, with ids and counts; never an address or a secret.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"mask_tokens": {"()": "metarec.log_masking.MaskTokens"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["mask_tokens"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "accounts": {"level": "INFO"},
        "recommendations": {"level": "INFO"},
        # Below this they write tokens and codes into the log.
        **{
            name: {"level": "INFO"}
            for name in ("allauth", "requests", "requests_oauthlib", "spotipy", "urllib3")
        },
    },
}
