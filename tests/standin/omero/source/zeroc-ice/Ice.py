"""As much of Ice as `omero` asks before anything else: its version."""


def stringVersion() -> str:
    """The version, as text."""
    return "@VERSION@"
