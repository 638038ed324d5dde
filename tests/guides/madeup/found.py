"""Instances of the made-up guide that somebody installed."""

from __future__ import annotations

import os
from collections.abc import Sequence

from wizard.api import Detected, Found, Host, Secret


def discover(host: Host) -> Sequence[Found]:
    """Those that `MADEUP_FOUND` names, `NAME:FOLDER` each; what else is in it is a search that should not have been."""
    found = []
    for name, _colon, folder in (one.partition(":") for one in os.environ.get("MADEUP_FOUND", "").split()):
        if not folder:
            raise RuntimeError("this is known already")
        told = {
            "instance": Detected(name, "a unit"),
            "folder": Detected(folder, "its settings"),
            "token": Detected(Secret("token", "t0ken-of-theirs"), "its settings"),
            "password": Detected(Secret("password", ""), "nowhere"),
        }
        if name == "closed":  # of which nobody told a secret
            told = {key: one for key, one in told.items() if not isinstance(one.value, Secret)}
        found.append(Found(name, told, {"level": "only root may look there", "password": "only a hash is kept"}))
    return found
