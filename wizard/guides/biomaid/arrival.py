"""What awaits at the end of BiomAid's guide."""

from __future__ import annotations

from wizard.api import Answers, Arrival, Facts, _
from wizard.guides.biomaid.questions import address


def arrival(a: Answers, facts: Facts) -> Arrival:
    """The address, the first account, the backups, and the chapter that follows (1.2.3)."""
    return Arrival(
        address=address(a, facts),
        account=a.first_account,
        account_secret="first_account_password",  # noqa: S106 - the key of an answer
        logo="/static/local/Logo%20BiomAid.png",
        running=("system.postgresql", "system.nginx", "system.cron", "service.active", "service.page"),
        backups=_("{directory}, every day at {time}, kept for {days} days").format(
            directory=a.backup_directory, time=a.backup_time, days=a.backup_keep
        ),
        next=_("Chapter 1.2.3 of the document: make BiomAid yours in its local folder, {folder}.").format(
            folder=f"/home/{a.instance}/{a.local_name}"
        ),
    )
