"""The portal's home page."""

from django.shortcuts import render

from common.menu import menus
from common.views import signed_in
from dem.campaigns import open_campaigns
from dem.models import Demande


@signed_in
def home(request, url_prefix):
    context = {
        "url_prefix": url_prefix,
        "menus": menus,
        "campagnes": open_campaigns(),
        "demandes": Demande.objects.count(),
    }
    return render(request, "dem/home.html", context)
