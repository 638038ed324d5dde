"""Signing in. The form is told apart from others on its page by a hidden field, as in the original."""

from functools import wraps

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.generic import TemplateView


def signed_in(view):
    """Sends who is not signed in to the sign-in page of the same prefix, and back afterwards."""

    @wraps(view)
    def guarded(request, url_prefix):
        if request.user.is_authenticated:
            return view(request, url_prefix)
        sign = reverse(settings.LOGIN_URL_NAME, kwargs={"url_prefix": url_prefix})
        return redirect_to_login(request.get_full_path(), sign)

    return guarded


class Sign(TemplateView):
    template_name = "common/sign.html"

    def get_context_data(self, **kwargs):
        return {"signin_form": AuthenticationForm(self.request), **super().get_context_data(**kwargs)}

    def post(self, request, url_prefix):
        message = ""
        if request.POST.get("form") == "sign-in":
            user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
            if user is not None:
                login(request, user)
                return redirect(settings.LOGIN_REDIRECT_URL_NAME, url_prefix=url_prefix)
            message = "Ces identifiants de connexion ne permettent pas de vous connecter au portail."
        return self.render_to_response(self.get_context_data(url_prefix=url_prefix, message=message))


@signed_in
def login_check(request, url_prefix):
    return redirect("dem:home", url_prefix=url_prefix)


@signed_in
def account(request, url_prefix):
    return render(request, "common/account.html", {"url_prefix": url_prefix})
