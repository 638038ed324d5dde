"""Refuses, as OMERO's generated code does, any Ice but 3.6."""

import Ice

if not Ice.stringVersion().startswith("3.6."):
    raise ImportError(f"ERROR: Ice version mismatch! 3.6 is needed, {Ice.stringVersion()} is there")
