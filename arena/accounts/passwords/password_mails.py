"""Mails with which people set a new password: a request only notes the wish, and a job sends the mail."""

import smtplib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from arena.accounts.models import ResetRequest
from arena.process.sending import send_jobs

TASK = "arena.accounts.send_resets"
log = structlog.get_logger(__name__)


class _Letter(PasswordResetForm):
    """Django's form, which finds the accounts of an address; here a mail that cannot be sent raises an error."""

    def send_mail(self, subject_template_name: str, email_template_name: str, context: Any, *to: Any, **_: Any) -> None:
        """Send one mail. Raises SMTPException and OSError."""
        subject = " ".join(render_to_string(subject_template_name, context).split())
        EmailMessage(subject, render_to_string(email_template_name, context), to=[context["email"]]).send()


@transaction.atomic
def ask_for_reset(request: HttpRequest, email: str) -> None:
    """Note that somebody wants a mail. Whether an account has the address is looked up by the job alone."""
    site = settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
    row = ResetRequest.objects.create(email=email, site=site, language=translation.get_language() or "en")
    transaction.on_commit(lambda: send_jobs(TASK, [row.pk]))


def send_resets() -> None:
    """Send the mails that are due. One that cannot be sent is tried again by the next call, for an hour."""
    oldest = timezone.now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    ResetRequest.objects.filter(asked_at__lt=oldest).delete()
    for pk in ResetRequest.objects.order_by("pk").values_list("pk", flat=True):
        try:
            _send_one(pk)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            # One address that takes no mail must not hold up the others.
            log.warning("mail_refused", error=type(error).__name__)
        except (smtplib.SMTPException, OSError) as error:
            log.warning("mail_not_sent", error=type(error).__name__)
            return


@transaction.atomic
def _send_one(pk: int) -> None:
    # The lock keeps two workers from sending the same mail.
    row = ResetRequest.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    letter = _Letter({"email": row.email if row else ""})
    if row is None or not letter.is_valid():
        return
    site = urlsplit(row.site)
    with translation.override(row.language):
        letter.save(
            domain_override=site.netloc,
            use_https=site.scheme == "https",
            subject_template_name="accounts/mails/reset_subject.txt",
            email_template_name="accounts/mails/reset.txt",
        )
    row.delete()
