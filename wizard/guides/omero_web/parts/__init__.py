"""What only OMERO.web has: its configuration, read and changed, Ice, and the causes of its failures."""
