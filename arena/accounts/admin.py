"""Staff look after accounts."""

from django.contrib import admin
from django.contrib.auth.models import User

from arena.accounts.rights_of_staff import RightsOfStaff

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(RightsOfStaff):
    """Django's own page of users, on which nobody gives rights that they do not have."""
