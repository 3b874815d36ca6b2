"""Choosing the language of the interface."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

# The form holds no token, so that pages with it are the same for all readers and can be kept. All that another site
# could do with the address is to change a visitor's language. The visitor returns to the page that the request names.
urlpatterns = [path("language/", csrf_exempt(set_language), name="set-language")]
