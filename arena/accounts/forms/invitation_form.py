"""What who is invited fills in."""

from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User


class InvitationForm(UserCreationForm[User]):
    """The name and the password of a new account."""

    class Meta(UserCreationForm.Meta):
        fields = ("username",)
