"""The version this stands in for."""

DEM_VERSION = "0.15"
DEM_VERSION_DATE = "2024-06-21"
DEM_VERSION_NAME = "stable"
