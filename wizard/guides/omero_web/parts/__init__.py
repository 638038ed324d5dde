"""What OMERO.web alone needs: how its configuration is read and changed, Ice, and what it fails by."""
