"""Settings of the project; what differs between machines comes from the environment.

Variables: DATABASE_URL, MIGRATE_DATABASE_URL, REDIS_URL, and those that start with SIGNALBOX_.
The README lists them.
"""

from pathlib import Path

from console.launch.state import ROOT, folder
from console.settings import addresses, keys, samples
from console.settings.environ import flag, names, number, text
from console.settings.logs import logging_of

DEBUG = flag("DEBUG")
SECRET_KEY = keys.secret("SECRET_KEY")
# Whether a run is audited in full is drawn with this; no tool and no agent may read it.
COIN_KEY = keys.secret("COIN_KEY").encode()
# Heads of the audit chain and links for end users are signed with this.
SIGNING_KEY = keys.secret("SIGNING_KEY").encode()
# Heads of the audit leave the database for this file; somewhere else than the database is where it is worth something.
AUDIT_HEADS = Path(text("AUDIT_HEADS") or folder("audit") / "heads.jsonl")

# Where traces go as OTLP over HTTP (JSON); empty sends none. Headers are `name=value`, comma separated.
OTLP_ENDPOINT = text("OTLP_ENDPOINT")
OTLP_HEADERS = dict(part.partition("=")[::2] for part in names("OTLP_HEADERS"))

ALLOWED_HOSTS = ["localhost", "127.0.0.1", *names("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = names("TRUSTED_ORIGINS")

# Modules with agents and tools; a package with rows of its own is a Django app as well.
SIGNALBOX_AGENTS = names("AGENTS", default=samples.shipped())

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels",
    "django_htmx",
    "approvals",
    "agents",
    "console",
    *samples.apps_of(SIGNALBOX_AGENTS),
]

MIDDLEWARE = [
    "console.csp.middleware",
    "console.pages.errors.middleware",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "console.urls"
ASGI_APPLICATION = "console.asgi.application"

LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": LOADERS if DEBUG else [("django.template.loaders.cached.Loader", LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "console.pages.health.halts.standing.processor",
                "console.pages.health.halts.proving.processor",
            ],
        },
    }
]

DATABASES = addresses.databases(pool_size=number("POOL_SIZE", default=20))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = addresses.caches()
CHANNEL_LAYERS = addresses.channel_layers()
CELERY_BROKER_URL = addresses.celery_broker()
# Steps wait for models and services most of the time, so one process holds many.
WORKER_THREADS = number("WORKER_THREADS", default=16)
CELERY_KEY_PREFIX = f"{addresses.namespace()}-fleet:"

AUTH_USER_MODEL = "approvals.Member"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Plain http on this machine is the default; behind https both are set.
SECURE_COOKIES = flag("SECURE_COOKIES")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "console.pages.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = folder() / "static"
# `up` and a container collect the files first and then serve them by names that hold their hash.
HASHED_STATIC = flag("HASHED_STATIC") and not DEBUG
SERVESTATIC_USE_FINDERS = not HASHED_STATIC
SERVESTATIC_AUTOREFRESH = DEBUG
SERVESTATIC_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

LOGGING = logging_of(debug=DEBUG)
