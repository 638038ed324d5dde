"""Which campaigns are open: remembered for hours in the file cache, as the original does."""

from django.core.cache import cache

from dem.models import Campagne


def open_campaigns():
    codes = cache.get("open-campaigns")
    if codes is None:
        codes = list(Campagne.objects.values_list("code", flat=True))
        cache.set("open-campaigns", codes, 21600)
    return codes
