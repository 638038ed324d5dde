"""An app of OMERO.web: a page, and a picture among the static files."""

PAGE = "<h1>OMERO.iviewer</h1>"
