"""What staff pages show of alarms."""

from typing import Any

from django import template

from leaderboard.models import Alarm

register = template.Library()


@register.inclusion_tag("leaderboard/watching/alarm_banner.html")
def unseen_alarms() -> dict[str, Any]:
    """Show how many alarms nobody has noted yet; nothing without any."""
    return {"alarms": list(Alarm.objects.filter(seen_at__isnull=True)[:10])}
