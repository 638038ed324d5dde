"""The stand-in's OMERO.web."""
