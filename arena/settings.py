"""Django's settings, read from typed environment variables; every variable is listed in .env.example."""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import django_stubs_ext
import structlog
from django.core.exceptions import ImproperlyConfigured

from arena import installation
from arena.typed_environment import Environment

# Allows ModelAdmin[Prompt] and the like, for the type checker.
django_stubs_ext.monkeypatch()


env = Environment()

BASE_DIR = installation.BASE_DIR
DATA_DIR = Path(env.str("EASEL_DATA_DIR", default=str(installation.default_data_folder()))).expanduser().resolve()

# --- Safety: production unless the embedded mode (manage.py without DATABASE_URL) says otherwise.
DEBUG = env.bool("DEBUG", default=False)
EMBEDDED = env.bool("EASEL_EMBEDDED", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to 50 or more random characters, or start Easel with "
        f"`{installation.command_name()}`, which writes its own key when DATABASE_URL is unset."
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "arena.web.refusals.refuse_forgery"
HTTPS = env.bool("HTTPS", default=not EMBEDDED)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "arena.accounts.browser_sessions.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_IDLE_HOURS = env.int("SESSION_IDLE_HOURS", default=168)
SESSION_COOKIE_NAME = "__Host-easel_session" if HTTPS else "easel_session"
CSRF_COOKIE_NAME = "__Host-easel_csrf" if HTTPS else "easel_csrf"
VOTER_COOKIE_NAME = "__Host-easel_voter" if HTTPS else "easel_voter"
BROWSER_COOKIE_NAME = "__Host-easel_browser" if HTTPS else "easel_browser"
LANGUAGES_COOKIE_NAME = "__Host-easel_languages" if HTTPS else "easel_languages"
VOTER_COOKIE_AGE = 400 * 24 * 3600
# A note to staff may show a new key, so it stays on the server.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many proxies stand in front of Easel; with one or more, their X-Forwarded-Proto and X-Forwarded-For are trusted.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT > 0 else None
# public: anybody reads and votes. login: nothing but the sign-in page answers without an account.
ACCESS = env.str("ACCESS", default="public")
# Whether staff must also show a code of their authenticator app before any page but that for the code answers; with
# `always`, even those whom the identity provider has let in, who may have shown it a second factor of its own.
STAFF_SECOND_FACTOR_ALWAYS = env.str("STAFF_SECOND_FACTOR", default="").strip().lower() == "always"
STAFF_SECOND_FACTOR = STAFF_SECOND_FACTOR_ALWAYS or env.bool("STAFF_SECOND_FACTOR", default=False)
# One identity provider (OpenID Connect) with which people sign in: its address, who Easel is there, and its name here.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="Single sign-on")
# Which claim names a new account, whether accounts are made at all, and for whose e-mail addresses (empty: for all).
OIDC_ACCOUNT_CLAIM = env.str("OIDC_ACCOUNT_CLAIM", default="preferred_username")
OIDC_NEW_ACCOUNTS = env.bool("OIDC_NEW_ACCOUNTS", default=False)
OIDC_EMAIL_DOMAINS = env.list("OIDC_EMAIL_DOMAINS", default=[])
# CLAIM:VALUE of who is staff, such as groups:arena-staff; empty: nobody becomes staff through the provider.
OIDC_STAFF = env.str("OIDC_STAFF", default="")
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

# --- Limits: how many requests of each kind a voter, a network (/24 or /48) and the whole site may send in a minute.
# 0 is no limit. docs/operating.md says how they were chosen.
LIMITS: dict[str, list[int]] = {
    "deals": env.list("LIMIT_DEALS", cast=int, default=[240, 1200, 60_000]),
    "answers": env.list("LIMIT_ANSWERS", cast=int, default=[120, 600, 30_000]),
    "pages": env.list("LIMIT_PAGES", cast=int, default=[0, 1200, 0]),
    "api": env.list("LIMIT_API", cast=int, default=[0, 600, 0]),
    # Requests of the API with a key; here the first number is for each key.
    "keys": env.list("LIMIT_KEYS", cast=int, default=[600, 0, 0]),
    "bulk": env.list("LIMIT_BULK", cast=int, default=[6000, 0, 0]),
    "sign_ins": env.list("LIMIT_SIGN_INS", cast=int, default=[0, 20, 300]),
}
if not env.bool("LIMITS", default=True):
    LIMITS = {}
# Shares of matchups that test voters and count nowhere: gold pairs, and pairs that are dealt a second time.
GOLD_SHARE = env.float("GOLD_SHARE", default=0.02)
REPEAT_SHARE = env.float("REPEAT_SHARE", default=0.02)

# So many new voters of one network may vote at once in an hour. Further ones first compute a proof of work of about
# 8 × 2^PROOF_BITS hashes, or wait; so many may wait in an hour.
NEWCOMERS = env.int("NEWCOMERS", default=20)
WAITING_NEWCOMERS = env.int("WAITING_NEWCOMERS", default=20)
PROOF_BITS = env.int("PROOF_BITS", default=8)

# --- Language and time
# Messages in the code are in English; docs/translating.md says how to add a language. Each has its own name here.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("ja", "日本語"), ("ar", "العربية")]
LOCALE_PATHS = [installation.LOCALE]
LANGUAGE_COOKIE_NAME = "__Host-easel_language" if HTTPS else "easel_language"
LANGUAGE_COOKIE_AGE = 400 * 24 * 3600
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = HTTPS, True, "Lax"
# Where a language does not say so itself, thousands are grouped by three digits.
NUMBER_GROUPING = 3
TIME_ZONE = "UTC"
USE_TZ = True

# --- Applications and what every request passes through
INSTALLED_APPS = installation.APPS
MIDDLEWARE = [
    "arena.web.request_log.RequestLogMiddleware",
    "arena.web.answer_headers.AnswerHeadersMiddleware",
    "arena.web.plain_http.PlainHttpMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "arena.web.compression.CompressionMiddleware",
    "arena.web.cross_origin.CrossOriginMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "arena.web.health.ProbeMiddleware",
    "arena.monitoring.metrics_door.MetricsMiddleware",
    "arena.web.request_places.PlacesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "arena.languages.language_middleware.LanguageMiddleware",
    "arena.admission.key_door.KeyMiddleware",
    "arena.admission.limits_middleware.LimitsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "arena.accounts.second_factor_guard.SecondFactorMiddleware",
    "arena.web.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "arena.web.django_faults.admin_fields.AdminFieldsMiddleware",
    "arena.web.outage.OutageMiddleware",
]
ROOT_URLCONF = "arena.urls"
WSGI_APPLICATION = "arena.wsgi.application"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [installation.TEMPLATES],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["arena.languages.catalogue_names", "arena.languages.written_times"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
PASSWORD_HASHERS = ["arena.accounts.hashing.BoundedHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "arena.accounts.passwords.password_rules.GuessablePasswordValidator"},
]
# A link that was mailed for a new password is good for so many seconds.
PASSWORD_RESET_TIMEOUT = 3600

# --- Mail: where it is handed in. Nothing is sent unless it is set, or while it is dummymail://.
MAIL_SETTINGS = env.email_url("EMAIL_URL", default="dummymail://")
vars().update(MAIL_SETTINGS)
MAIL = MAIL_SETTINGS["EMAIL_BACKEND"] != "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="easel@localhost")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database: PostgreSQL only. manage.py sets DATABASE_URL to the embedded server when it is unset.
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql:///easel")}
if DATABASES["default"].get("ENGINE") != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL is not PostgreSQL's. Easel runs on PostgreSQL 15 or newer.")
DATABASES["default"] |= {
    "ENGINE": "arena.database",
    # The host may be a socket's folder, percent-encoded, as in every libpq URL.
    "HOST": unquote(DATABASES["default"].get("HOST", "")),
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
}

# How long pages wait for a statement. Web server and workers say as they start which program they are.
DATABASE_SECONDS = env.int("DATABASE_SECONDS", default=4)
PROGRAM = env.str("EASEL_PROGRAM", default="command")
DATABASES["default"]["PROGRAM"] = PROGRAM

# Each process keeps figures, and apart from them pages, so that many addresses cannot displace the figures.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 400},
    },
}

# --- Jobs: the job row is the truth, Celery only the engine. An empty broker URL means the same PostgreSQL (PGMQ).
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="pgmq://localhost")
WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=2)
SEAL_SECONDS = env.int("SEAL_SECONDS", default=2)
REFRESH_SECONDS = env.int("REFRESH_SECONDS", default=30)
# A board that gets votes is audited again after this long, or sooner if its votes have doubled.
AUDIT_SECONDS = env.int("AUDIT_SECONDS", default=600)
SWEEP_SECONDS = env.int("SWEEP_SECONDS", default=15)
# How long one paid call may take in all, and how long after that its lease ends and it counts as abandoned.
CALL_SECONDS = env.int("CALL_SECONDS", default=240)
LEASE_MARGIN_SECONDS = env.int("LEASE_MARGIN_SECONDS", default=30)

# The most that calls to providers may cost in one day (UTC), in USD: none begins that could take the day above it.
# Each provider's own cap a day is set on its page.
SPEND_PER_DAY = env.decimal("SPEND_PER_DAY", default=None)

# Where the internet reaches Easel, such as https://arena.example.org; without it, providers are given no webhooks.
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")

# How the category of the next matchup is drawn: by the categories' own weights, or by how many pairs each can deal.
DRAW_CATEGORIES_BY = env.str("DRAW_CATEGORIES_BY", default="weight")
# Whether the built-in painters are dealt: until two other contenders can meet, or always.
PAINTERS_IN_PLAY = env.str("PAINTERS_IN_PLAY", default="until_own")
# Who looks at an image closely sees it in a box of this many pixels a side; 0 or at most 1024: as large as when voting.
PIXELS_OF_VIEW = env.int("PIXELS_OF_VIEW", default=2048)
# Whether images of open prompts are also kept as AVIF, for browsers that take it: smaller, at some CPU time each.
AVIF = env.bool("AVIF", default=False)

# After this many days, only the last snapshot of a board and day is kept; 0 keeps all.
SNAPSHOT_DAYS = env.int("SNAPSHOT_DAYS", default=7)
# Boards say which contenders moved since the newest snapshot that is at least this many days old.
MOVE_DAYS = env.int("MOVE_DAYS", default=7)

# An image that this many voters have reported is hidden until staff decide.
REPORTS_TO_HIDE = env.int("REPORTS_TO_HIDE", default=2)
# Whether a second member of staff must confirm an exclusion of votes.
EXCLUSIONS_NEED_TWO = env.bool("EXCLUSIONS_NEED_TWO", default=False)
# How often it is computed whether newcomers favour a contender, and who is told besides log and staff pages: an address
# that gets a POST of JSON, and mail addresses.
WATCH_SECONDS = env.int("WATCH_SECONDS", default=300)
ALARM_WEBHOOK = env.str("ALARM_WEBHOOK", default="")
ALARM_EMAIL = env.list("ALARM_EMAIL", default=[])

# --- Files
FILE_UPLOAD_HANDLERS = [
    "arena.web.django_faults.large_forms.LargeFormHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_MANIFEST = DATA_DIR / "static.json"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = DATA_DIR / "media"
CATALOG_DIR = env.str("CATALOG_DIR", default="")
STORAGES: dict[str, dict[str, Any]] = {
    # Originals and renditions are private: they are read by views, never by URL.
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(MEDIA_ROOT)}},
    "staticfiles": {"BACKEND": "arena.web.static_storage.StaticStorage"},
}
if bucket := env.str("S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "signature_version": "s3v4",
            "file_overwrite": False,
            "default_acl": None,
        },
    }

# With less room than this for images, readyz says that votes cannot be taken, MB.
DISK_RESERVE_MB = env.int("DISK_RESERVE_MB", default=200)

# The tiers whose votes official boards count. By default all do where only known people vote, and else all but cookies
# without a history.
OFFICIAL_TIERS = env.str(
    "OFFICIAL_TIERS",
    default="settled verified named" if ACCESS == "public" and not EMBEDDED else "open settled verified named",
)
OFFICIAL_TIERS = OFFICIAL_TIERS.replace(",", " ").split()

# --- Thresholds of a standing (thin, preliminary, established). There are no others.
THIN_VOTES = env.int("THIN_VOTES", default=3)
PRELIMINARY_VOTES = env.int("PRELIMINARY_VOTES", default=30)
PRELIMINARY_VOTERS = env.int("PRELIMINARY_VOTERS", default=5)
# A TOML or JSON file of the shares that this arena's readers care about; its place is told from DATA_DIR on.
SHARES_FILE = env.str("SHARES_FILE", default="")

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "EXCEPTION_HANDLER": "arena.web.api_errors.handle_exception",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Easel",
    "DESCRIPTION": "Read boards, standings, the catalogue and the ledger of this arena.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"ModalityEnum": "arena.catalog.models.Modality"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "leaderboard.api.describing.completing.complete_schema",
    ],
}

# --- Metrics for Prometheus (docs/monitoring.md): off unless one of these is set. The token opens /metrics on the
# site's port. The port of their own is open to whoever reaches it, unless there is a token, too.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_PORT = env.int("METRICS_PORT", default=0)
METRICS_HOST = env.str("METRICS_HOST", default="127.0.0.1")
# Who reads from tables what is not counted, by the name of the metric that says whether that worked.
METRICS_READERS = {
    "programs": "arena.process.program_figures.read_program_figures",
    "ledgers": "arena.voting.ledger.ledger_figures.read_ledger_figures",
    "calls": "arena.generation.calls.call_figures.read_call_figures",
    "boards": "leaderboard.queries.status.read_board_figures",
}

# --- Logs: one line per event; JSON outside the embedded mode, whose files nobody rotates.
# One line for each request, too: without addresses, cookies, paths and what was asked.
ACCESS_LOG = env.bool("ACCESS_LOG", default=not EMBEDDED)
# Where OpenTelemetry sends traces; it reads the variable itself, and others.
TRACES_TO = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}. Set it to DEBUG, INFO, WARNING, ERROR or CRITICAL.")
_log_processors: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]
structlog.configure(
    processors=[*_log_processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def _one_line(record: logging.LogRecord) -> bool:
    """Let every record pass; a refused request is one line without its traceback, and a warning at most."""
    unreadable = record.name == "django.request" and record.levelno < logging.ERROR
    suspicious = record.name.startswith("django.security")
    if unreadable or suspicious:
        record.exc_info = None
    if suspicious:
        # To Django it is an error of ours that somebody names another host or sends too many fields.
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one_line": {"()": "django.utils.log.CallbackFilter", "callback": _one_line}},
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _log_processors,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.dev.ConsoleRenderer(colors=False) if EMBEDDED else structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["one_line"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "pgmq": {"level": "WARNING"},
        # It says of every job that it came and that it ended; metrics count that.
        "celery": {"level": "WARNING"},
        # httpx logs every address that it calls, and an address may contain a key.
        "httpx2": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
