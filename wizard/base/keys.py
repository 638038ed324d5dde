"""Keys of steps that causes and probes refer to as well, each built in one place. See `Step.key`."""

from __future__ import annotations

SELINUX_BOOLEANS = "selinux-booleans"


def file_key(path: str) -> str:
    """Return the key of the step that writes the file at that path."""
    return f"file:{path}"


def site_key(path: str) -> str:
    """Return the key of the step that enables the nginx site in that file."""
    return f"site:{path}"


def selinux_port_key(port: int, protocol: str) -> str:
    """Return the key of the step that labels a port in the SELinux policy."""
    return f"selinux-port:{protocol}/{port}"
