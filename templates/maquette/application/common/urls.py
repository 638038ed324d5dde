from django.urls import path

from common import views

app_name = "common"
urlpatterns = [
    path("sign/", views.Sign.as_view(), name="sign"),
    path("login_check/", views.login_check, name="login_check"),
    path("account/", views.account, name="account"),
]
