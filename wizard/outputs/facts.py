"""The facts of a machine as text."""

from __future__ import annotations

from wizard.base.language import Figure, _
from wizard.host.facts import GIB, Facts


def readable(facts: Facts) -> dict[str, str]:
    """The facts as text, by translated names."""
    wsl = _("WSL {version}").format(version=facts.wsl) if facts.wsl else ""
    return {
        _("distribution"): facts.name,
        _("machine"): " ".join(word for word in (facts.virtualisation, facts.container, wsl) if word) or _("physical"),
        "systemd": _("yes") if facts.systemd else _("no"),
        "SELinux": facts.selinux,
        _("processors"): str(facts.processors),
        _("memory"): _("{size:.1f} GiB").format(size=Figure(facts.memory / GIB)),
        _("disk"): _("{total:.0f} GiB, {free:.0f} GiB free").format(total=facts.disk / GIB, free=facts.disk_free / GIB),
        _("name"): facts.hostname,
        _("addresses"): ", ".join(facts.addresses),
        "python3": facts.python,
        _("locale"): facts.locale,
        _("user"): facts.user + (_(" (root)") if facts.root else ""),
        "sudo": _("yes") if facts.sudo else _("no"),
    }
