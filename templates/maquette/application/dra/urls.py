"""Every address but the root starts with a prefix: portal, then configuration."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.shortcuts import redirect
from django.urls import include, path

from common.menu import load_menus

# The menus are rows of the database: without its tables these addresses do not exist.
load_menus()


def home(request, url_prefix=settings.DEFAULT_PREFIX):
    return redirect("dem:home", url_prefix=url_prefix)


urlpatterns = [
    path("", home, name="root"),
    path("admin/", admin.site.urls),
    path("<str:url_prefix>/", home, name="prefix-root"),
    path("<str:url_prefix>/common/", include("common.urls")),
    path("<str:url_prefix>/dem/", include("dem.urls")),
] + static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
