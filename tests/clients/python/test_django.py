"""mozilla-django-oidc in a Django site: the site's views answer, requests plays the browser at the hosted pages."""

import sys
import types
from urllib.parse import parse_qs, urlsplit

import django
import pytest
import requests
from django.conf import settings
from django.test.utils import override_settings

from hosted_pages import sign_in
from poolhouse import REPOSITORY, Server

POOL = "us-east-1_Hosted"
SECRET = "hosted0test0only0secret0never0use0in0production000"
CALLBACK = "http://localhost:3000/callback"
URLS = "urls_of_the_site"


@pytest.fixture(scope="module")
def hosted():
    server = Server("--fixtures", str(REPOSITORY / "fixtures" / "pools" / "hosted.yaml"))
    yield server
    server.stop()


@pytest.fixture(scope="module", autouse=True)
def site(hosted):
    """A site with nothing but a page for everybody, set up by the discovery document."""
    found = requests.get(f"{hosted.url}/{POOL}/.well-known/openid-configuration", timeout=10).json()
    settings.configure(
        SECRET_KEY="only for tests",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF=URLS,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                        "mozilla_django_oidc"],  # fmt: skip
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "mozilla_django_oidc.middleware.SessionRefresh",
        ],
        AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
        OIDC_AUTHENTICATION_CALLBACK_URL="back",
        OIDC_EXEMPT_URLS=["back"],
        OIDC_RP_CLIENT_ID="4hosted0server0client00000",
        OIDC_RP_CLIENT_SECRET=SECRET,
        OIDC_RP_SIGN_ALGO="RS256",
        OIDC_USE_PKCE=True,
        OIDC_OP_AUTHORIZATION_ENDPOINT=found["authorization_endpoint"],
        OIDC_OP_TOKEN_ENDPOINT=found["token_endpoint"],
        OIDC_OP_USER_ENDPOINT=found["userinfo_endpoint"],
        OIDC_OP_JWKS_ENDPOINT=found["jwks_uri"],
        LOGIN_REDIRECT_URL="/",
        LOGIN_REDIRECT_URL_FAILURE="/failed",
    )
    django.setup()

    from django.core.management import call_command
    from django.http import HttpResponse
    from django.urls import include, path
    from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

    call_command("migrate", verbosity=0)
    urls = types.ModuleType(URLS)
    urls.urlpatterns = [
        path("", lambda request: HttpResponse(getattr(request.user, "email", "") or "nobody")),
        path("callback", OIDCAuthenticationCallbackView.as_view(), name="back"),
        path("oidc/", include("mozilla_django_oidc.urls")),
    ]
    sys.modules[URLS] = urls
    yield
    del sys.modules[URLS]


class Visitor:
    """Somebody's browser, at the site and at the pages."""

    def __init__(self):
        from django.test import Client

        self.site = Client(headers={"host": "localhost:3000"})
        self.pages = requests.Session()

    def get(self, path):
        return self.site.get(path)

    def signs_in(self):
        """To where the site leads at last."""
        leads = self.get("/oidc/authenticate/")["Location"]
        return self.get(sign_in(leads, browser=self.pages).removeprefix("http://localhost:3000"))["Location"]

    def goes(self, url):
        """To a page that needs no form, and back to the site."""
        while not url.startswith(CALLBACK):
            url = self.pages.get(url, allow_redirects=False, timeout=10).headers["Location"]
        return url


def tokens_are_old():
    return override_settings(OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS=-1)


@pytest.mark.parametrize("basic", [False, True], ids=["secret in the form", "secret in a header"])
def test_a_site_knows_its_user(basic):
    with override_settings(OIDC_TOKEN_USE_BASIC_AUTH=basic):
        visitor = Visitor()
        assert visitor.signs_in() == "/"
        assert visitor.get("/").content == b"alice@example.com"


def test_a_wrong_secret_is_told():
    with override_settings(OIDC_RP_CLIENT_SECRET=SECRET[:-1] + "_"):
        with pytest.raises(requests.HTTPError, match="invalid_client"):
            Visitor().signs_in()


def test_a_forged_state_signs_nobody_in():
    visitor = Visitor()
    leads = visitor.get("/oidc/authenticate/")["Location"]
    [code] = parse_qs(urlsplit(sign_in(leads, browser=visitor.pages)).query)["code"]
    assert visitor.get(f"/callback?code={code}&state=forged").status_code == 400
    assert visitor.get("/").content == b"nobody"


def test_a_session_of_the_site_is_renewed_by_that_of_the_pages():
    visitor = Visitor()
    with tokens_are_old():
        visitor.signs_in()
    renewal = visitor.get("/")
    assert parse_qs(urlsplit(renewal["Location"]).query)["prompt"] == ["none"]
    back = visitor.goes(renewal["Location"])
    assert visitor.get(back.removeprefix("http://localhost:3000"))["Location"].endswith("/")
    assert visitor.get("/").content == b"alice@example.com"


def test_without_a_session_of_the_pages_that_of_the_site_ends():
    visitor = Visitor()
    with tokens_are_old():
        visitor.signs_in()
    visitor.pages.cookies.clear()
    back = visitor.goes(visitor.get("/")["Location"])
    assert parse_qs(urlsplit(back).query)["error"] == ["login_required"]
    assert visitor.get(back.removeprefix("http://localhost:3000"))["Location"] == "/failed"
    assert visitor.get("/").content == b"nobody"
