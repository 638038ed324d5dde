from django.urls import path

from dem import views

app_name = "dem"
urlpatterns = [path("home/", views.home, name="home")]
