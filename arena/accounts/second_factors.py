"""Second factors of staff: setting one up, showing it, taking it away."""

import time

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from arena.accounts.guessing import admit_guess, count_second_factor, give_back
from arena.accounts.models import RecoveryCode, SecondFactor
from arena.accounts.one_time_codes import RECOVERY_CODES, find_step, hash_recovery_code, make_recovery_code

_SHOWN, _VOUCHED_FOR = "second_factor", "vouched_for"
log = structlog.get_logger(__name__)


def find_second_factor(user: User) -> SecondFactor | None:
    """Return somebody's second factor, if they have one."""
    return SecondFactor.objects.filter(pk=user.pk).first()


def is_awaited(user: User | AnonymousUser, session: SessionBase) -> bool:
    """Tell whether a session must still show a code: of staff who have a second factor, or need one.

    Whom the identity provider let in has been asked there, unless the settings say that all are asked here.
    """
    if not (user.is_staff or user.is_superuser):
        return False
    assert isinstance(user, User)
    if session.get(_VOUCHED_FOR) and not settings.STAFF_SECOND_FACTOR_ALWAYS:
        return False
    factor = find_second_factor(user)
    if factor is None:
        return bool(settings.STAFF_SECOND_FACTOR)
    return session.get(_SHOWN) != str(factor.number)


@transaction.atomic
def set_up(user: User, session: SessionBase, *, secret: str, code: str) -> list[str]:
    """Take a secret as somebody's second factor if the code is the app's; return the recovery codes, or none.

    An earlier second factor, its codes and sessions that showed it are worth nothing afterwards. This one has shown it.
    """
    step = find_step(secret, code, seconds=time.time())
    if step is None:
        return []
    take_away(user)
    factor = SecondFactor.objects.create(user=user, secret=secret, last_step=step)
    codes = [make_recovery_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, sha256=hash_recovery_code(each)) for each in codes)
    _note_shown(session, factor)
    log.info("second factor set up", account=user.pk)
    return codes


def show(user: User, session: SessionBase, *, code: str) -> bool:
    """Note in a session that somebody has shown a code of the app, or a recovery code, which is then used up.

    Tells whether the code was right. Raises TooManyGuesses.
    """
    counters = [count_second_factor(user.pk)]
    admit_guess(counters)
    if not _is_right(user, session, code):
        log.warning("second factor refused", account=user.pk)
        return False
    log.info("second factor shown", account=user.pk)
    give_back(counters)
    return True


@transaction.atomic
def _is_right(user: User, session: SessionBase, code: str) -> bool:
    # The lock keeps one code from being used twice at the same time.
    factor = SecondFactor.objects.select_for_update().filter(pk=user.pk).first()
    if factor is None:
        return False
    step = find_step(factor.secret, code, seconds=time.time(), after=factor.last_step)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=["last_step"])
    elif not RecoveryCode.objects.filter(user=user, sha256=hash_recovery_code(code)).delete()[0]:
        return False
    _note_shown(session, factor)
    return True


def note_provider(session: SessionBase) -> None:
    """Note in a session that the identity provider let somebody in: a second factor was the provider's to ask for."""
    session[_VOUCHED_FOR] = True


def take_away(user: User) -> bool:
    """Delete somebody's second factor and recovery codes; tell whether there was one."""
    RecoveryCode.objects.filter(user=user).delete()
    is_taken = SecondFactor.objects.filter(pk=user.pk).delete()[0] > 0
    if is_taken:
        log.info("second factor taken away", account=user.pk)
    return is_taken


def count_recovery_codes(user: User) -> int:
    """Return how many recovery codes are left."""
    return RecoveryCode.objects.filter(user=user).count()


def _note_shown(session: SessionBase, factor: SecondFactor) -> None:
    # A session's key from before is worth nothing to whoever has learnt it.
    session.cycle_key()
    session[_SHOWN] = str(factor.number)
