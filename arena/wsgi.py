"""The WSGI application that granian (or any other WSGI server) runs."""

import gc
import os
from importlib import import_module

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from arena.monitoring.tracing import start_tracing
from arena.web.django_faults.late_query import LateQueryRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
# Settings bound the waits of a web server.
os.environ.setdefault("EASEL_PROGRAM", "web")
start_tracing()
application = get_wsgi_application()
application.request_class = LateQueryRequest
# Commands check the settings before they start. A server that starts without a command must check them here.
if unsafe := run_checks(tags=["easel"]):
    raise ImproperlyConfigured(" ".join(f"{each.msg} {each.hint}" for each in unsafe))
# Its counts learn from the settings which program this is, so it is imported only now.
import_module("arena.monitoring.metrics_door").serve_own_port()
# What is loaded by now stays. Otherwise some request would wait 0.1 s for a collection of garbage to look through it.
gc.collect()
gc.freeze()
