"""Keys of steps that causes and probes name too, each spelt in one place. What a key promises: `Step.key`."""

from __future__ import annotations

SELINUX_BOOLEANS = "selinux-booleans"


def file_key(path: str) -> str:
    """The step that writes the file at that path."""
    return f"file:{path}"


def site_key(path: str) -> str:
    """The step that has nginx load the site in that file."""
    return f"site:{path}"


def selinux_port_key(port: int, protocol: str) -> str:
    """The step that gives a port its type in SELinux's policy."""
    return f"selinux-port:{protocol}/{port}"
