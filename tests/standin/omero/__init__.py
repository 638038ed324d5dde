"""Wheels with the shape of OMERO.web and Ice, for machines that cannot have the real ones."""
