"""Signing in through identity providers: whole walks by `requests`, as a browser goes them, with nothing but
Poolhouse: the stand-in plays every provider."""

import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests

CALLBACK = "https://app.example/callback"
OAUTH = {"client_id": "c", "client_secret": "s", "authorize_scopes": "openid email profile"}
STAND_IN = "https://idp.poolhouse.test"
PROVIDERS = {
    "Google": ("Google", OAUTH),
    "Facebook": ("Facebook", OAUTH | {"authorize_scopes": "public_profile,email"}),
    "LoginWithAmazon": ("LoginWithAmazon", OAUTH | {"authorize_scopes": "profile"}),
    "SignInWithApple": (
        "SignInWithApple",
        {"client_id": "c", "team_id": "t", "key_id": "k", "private_key": "p", "authorize_scopes": "email name"},
    ),
    # Its issuer is not to be reached, so that nothing is known of it.
    "Corp": (
        "OIDC",
        {
            "client_id": "c",
            "client_secret": "s",
            "authorize_scopes": "openid",
            "oidc_issuer": "https://login.corp.invalid",
            "attributes_request_method": "GET",
        },
    ),
    "Directory": ("SAML", {"MetadataURL": f"{STAND_IN}/saml/metadata", "IDPSignout": "true"}),
}
MAPPING = {"email": "email", "name": "name"}


class Walk:
    """A pool with every provider, and a browser."""

    def __init__(self, server, idp):
        self.server, self.idp = server, idp
        self.pool = idp.create_user_pool(PoolName="federated")["UserPool"]["Id"]
        for name, (kind, details) in PROVIDERS.items():
            idp.create_identity_provider(
                UserPoolId=self.pool,
                ProviderName=name,
                ProviderType=kind,
                ProviderDetails=details,
                AttributeMapping=MAPPING,
            )
        client = idp.create_user_pool_client(
            UserPoolId=self.pool,
            ClientName="app",
            SupportedIdentityProviders=["COGNITO", *PROVIDERS],
            CallbackURLs=[CALLBACK],
            AllowedOAuthFlows=["code", "implicit"],
            AllowedOAuthScopes=["openid", "email", "profile"],
            AllowedOAuthFlowsUserPoolClient=True,
        )
        self.client = client["UserPoolClient"]["ClientId"]
        self.browser = requests.Session()

    def get(self, url, **parameters):
        return self.browser.get(url, params=parameters, allow_redirects=False)

    def authorize(self, provider, **parameters):
        asked = {
            "client_id": self.client,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid email profile",
            "state": "s",
            "identity_provider": provider,
        }
        return self.get(f"{self.server.url}/oauth2/authorize", **(asked | parameters))

    def submit(self, page, **pressed):
        """Sends a page's first form off, with a button."""
        form = re.search(r'<form method="post" action="([^"]*)">(.*?)</form>', page.text, re.S)
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form.group(2))
        data = {html.unescape(name): html.unescape(value) for name, value in fields}
        action = html.unescape(form.group(1))
        url = action if action.startswith("http") else self.server.url + action
        return self.browser.post(url, data=data | pressed, allow_redirects=False)

    def to_the_app(self, answer):
        """Follows answers, and sends forms off that send themselves, until the app is reached."""
        for _ in range(6):
            location = answer.headers.get("location")
            if location is None:
                answer = self.submit(answer)
            elif location.startswith(CALLBACK):
                return parse_qs(urlsplit(location).query)
            else:
                answer = self.get(location)
        raise AssertionError(f"{answer.status_code} {answer.text}")

    def tokens(self, code):
        data = {
            "grant_type": "authorization_code",
            "client_id": self.client,
            "redirect_uri": CALLBACK,
            "code": code,
        }
        answer = requests.post(f"{self.server.url}/oauth2/token", data=data)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def walk(server, idp):
    return Walk(server, idp)


@pytest.fixture(autouse=True)
def nobody_chosen(server):
    yield
    requests.delete(f"{server.url}/_poolhouse/idp/people")


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def test_sign_in_with_google_offline(walk):
    page = walk.get(walk.authorize("Google").headers["location"])
    assert page.status_code == 200
    assert "Sign in with Google" in page.text
    app = walk.to_the_app(walk.submit(page, person="jane"))
    assert app["state"] == ["s"]
    tokens = walk.tokens(app["code"][0])
    claims = claims_of(tokens["id_token"])
    assert re.fullmatch(r"Google_\d{21}", claims["cognito:username"])
    assert (claims["email"], claims["name"]) == ("jane@example.com", "Jane Doe")
    assert claims["email_verified"] is False
    assert claims["cognito:groups"] == [f"{walk.pool}_Google"]
    identity = claims["identities"][0]
    assert identity["providerName"] == identity["providerType"] == "Google"
    assert identity["primary"] == "true"
    assert claims["nonce"]
    user = walk.idp.admin_get_user(UserPoolId=walk.pool, Username=claims["cognito:username"])
    assert user["UserStatus"] == "EXTERNAL_PROVIDER"
    # The browser is signed in: no page, no provider.
    assert "code" in walk.to_the_app(walk.authorize("Google"))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_is_played_and_a_parameter_leaves_the_page_out(walk, provider):
    app = walk.to_the_app(walk.authorize(provider, poolhouse_person="alex"))
    claims = claims_of(walk.tokens(app["code"][0])["id_token"])
    assert claims["cognito:username"].startswith(f"{provider}_")
    assert claims["email"] == "alex@example.com"
    again = walk.to_the_app(walk.authorize(provider, poolhouse_person="sam", prompt="login"))
    assert claims_of(walk.tokens(again["code"][0])["id_token"])["sub"] != claims["sub"]


def test_somebody_may_be_typed(walk):
    page = walk.get(walk.authorize("Corp", login_hint="eve@corp.example").headers["location"])
    assert 'value="eve@corp.example"' in page.text
    form = {"email": "eve@corp.example", "sub": "007", "name": "Eve", "claims": '{"email": "other@corp.example"}'}
    wrong = walk.submit(page, email="eve@corp.example", claims="{")
    assert "more claims are a JSON object" in wrong.text
    app = walk.to_the_app(walk.submit(page, **form))
    claims = claims_of(walk.tokens(app["code"][0])["id_token"])
    assert claims["cognito:username"] == "Corp_007"
    assert (claims["name"], claims["email"]) == ("Eve", "other@corp.example")


def test_who_cancels_comes_back_with_the_providers_error(walk):
    page = walk.get(walk.authorize("Google").headers["location"])
    app = walk.to_the_app(walk.submit(page, cancel="1"))
    assert app == {"error": ["access_denied"], "error_description": ["The person did not agree."], "state": ["s"]}


def test_a_test_chooses_beforehand(walk):
    people = f"{walk.server.url}/_poolhouse/idp/people"
    told = {"people": [{"id": "zoe", "email": "zoe@x.example", "name": "Zoe", "sub": "42"}], "signIn": "zoe"}
    assert requests.put(people, json=told).json()["signIn"] == "zoe"
    app = walk.to_the_app(walk.authorize("Google"))
    assert claims_of(walk.tokens(app["code"][0])["id_token"])["cognito:username"] == "Google_42"
    assert requests.put(people, json={"signIn": {"error": "server_error"}}).status_code == 200
    app = walk.to_the_app(walk.authorize("Google", prompt="login"))
    assert app == {"error": ["server_error"], "state": ["s"]}
    refused = requests.put(people, json={"person": []})
    assert (refused.status_code, 'there is no member "person"' in refused.json()["error"]) == (400, True)


def test_an_answer_that_nothing_waits_for_ends_on_the_error_page(walk):
    for answer in [
        walk.get(f"{walk.server.url}/oauth2/idpresponse", code="c", state="forged"),
        walk.get(f"{walk.server.url}/oauth2/idpresponse", code="c"),
    ]:
        assert answer.status_code == 302
        location = answer.headers["location"]
        assert location == f"{walk.server.url}/error?error=Invalid+state"
        page = walk.get(location)
        assert (page.status_code, "Invalid state" in page.text) == (400, True)
    saml = walk.browser.post(
        f"{walk.server.url}/saml2/idpresponse", data={"SAMLResponse": "x"}, allow_redirects=False
    )
    assert "Invalid+relayState" in saml.headers["location"]


def test_a_used_answer_is_not_taken_again(walk):
    page = walk.get(walk.authorize("Google").headers["location"])
    back = walk.submit(page, person="jane").headers["location"]
    assert walk.get(back).headers["location"].startswith(CALLBACK)
    assert "Invalid+state" in walk.get(back).headers["location"]


def test_a_tampered_saml_answer_is_refused_in_awss_words(walk):
    import base64

    form = walk.get(walk.authorize("Directory", poolhouse_person="jane").headers["location"])
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form.text))
    message = base64.b64decode(html.unescape(fields["SAMLResponse"])).replace(b"jane@", b"root@")
    answer = walk.browser.post(
        f"{walk.server.url}/saml2/idpresponse",
        data={"SAMLResponse": base64.b64encode(message), "RelayState": html.unescape(fields["RelayState"])},
        allow_redirects=False,
    )
    assert answer.headers["location"] == CALLBACK + "?" + urlencode(
        {
            "error_description": "Invalid SAML response received: SAML Assertion signature is invalid. ",
            "state": "s",
            "error": "server_error",
        }
    )


def test_signing_out_goes_by_the_saml_provider(walk):
    bye = "https://app.example/bye"
    walk.idp.update_user_pool_client(
        UserPoolId=walk.pool,
        ClientId=walk.client,
        SupportedIdentityProviders=["Directory"],
        CallbackURLs=[CALLBACK],
        LogoutURLs=[bye],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile"],
        AllowedOAuthFlowsUserPoolClient=True,
    )
    walk.to_the_app(walk.authorize("Directory", poolhouse_person="jane"))
    logout = f"{walk.server.url}/logout"
    away = walk.get(logout, client_id=walk.client, logout_uri=bye)
    # A logout request is always signed.
    assert {"SAMLRequest", "Signature"} <= set(parse_qs(urlsplit(away.headers["location"]).query))
    back = walk.submit(walk.get(away.headers["location"]))
    assert back.headers["location"] == bye
    # The browser is signed out: the provider is asked again, and there is nothing more to end.
    assert "/saml/sso?" in walk.authorize("Directory").headers["location"]
    assert walk.get(logout, client_id=walk.client, logout_uri=bye).headers["location"] == bye
    wrong = requests.get(f"{walk.server.url}/saml2/logout", allow_redirects=False)
    assert (wrong.status_code, wrong.headers["allow"]) == (400, "POST")


def test_a_sign_in_may_begin_at_the_saml_provider(walk):
    details = {"MetadataURL": f"{STAND_IN}/saml/metadata", "IDPInit": "true"}
    walk.idp.update_identity_provider(UserPoolId=walk.pool, ProviderName="Directory", ProviderDetails=details)
    state = urlencode(
        {
            "identity_provider": "Directory",
            "client_id": walk.client,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid email",
        }
    )
    begin = {
        "acs": f"{walk.server.url}/saml2/idpresponse",
        "sp": f"urn:amazon:cognito:sp:{walk.pool}",
        "RelayState": state,
        "poolhouse_person": "jane",
    }
    start = f"{walk.server.url}/_poolhouse/idp/saml/sso"
    # The client has other providers too.
    refused = walk.submit(walk.get(start, **begin))
    assert "Invalid+relayState" in refused.headers["location"]
    walk.idp.update_user_pool_client(
        UserPoolId=walk.pool,
        ClientId=walk.client,
        SupportedIdentityProviders=["Directory"],
        CallbackURLs=[CALLBACK],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        AllowedOAuthFlowsUserPoolClient=True,
    )
    app = walk.to_the_app(walk.get(start, **begin))
    claims = claims_of(walk.tokens(app["code"][0])["id_token"])
    assert claims["cognito:username"] == "Directory_jane@example.com"
    assert claims["identities"][0]["issuer"] == f"{STAND_IN}/saml/metadata"


def test_a_function_that_refuses_is_told_to_the_app(walk):
    arn = "arn:aws:lambda:us-east-1:123456789012:function:pre"
    walk.idp.update_user_pool(UserPoolId=walk.pool, LambdaConfig={"PreSignUp": arn})
    rules = f"{walk.server.url}/_poolhouse/triggers"
    rule = {"trigger": "PreSignUp", "userPoolId": walk.pool, "error": "Not you."}
    assert requests.put(rules, json={"rules": [rule]}).status_code == 200
    try:
        answer = walk.get(walk.authorize("Google", poolhouse_person="jane").headers["location"])
        answer = walk.get(answer.headers["location"])
        assert answer.headers["location"] == (
            f"{CALLBACK}?error_description=PreSignUp+failed+with+error+Not+you..+&state=s&error=invalid_request"
        )
    finally:
        requests.delete(rules)


def test_the_stand_in_is_a_provider_for_apps_too(server):
    base = f"{server.url}/_poolhouse/idp"
    document = requests.get(f"{base}/.well-known/openid-configuration").json()
    assert document["issuer"] == base
    asked = {
        "client_id": "app",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "nonce": "n",
        "poolhouse_person": "jane",
    }
    answer = requests.get(
        document["authorization_endpoint"] + "&" + urlencode(asked), allow_redirects=False
    )
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    data = {"grant_type": "authorization_code", "code": code, "client_id": "app", "redirect_uri": CALLBACK}
    tokens = requests.post(document["token_endpoint"], data=data).json()
    keys = jwt.PyJWKClient(document["jwks_uri"])
    key = keys.get_signing_key_from_jwt(tokens["id_token"])
    claims = jwt.decode(tokens["id_token"], key, ["RS256"], audience="app", issuer=base)
    assert (claims["email"], claims["nonce"]) == ("jane@example.com", "n")
    info = requests.get(
        document["userinfo_endpoint"], headers={"Authorization": f"Bearer {tokens['access_token']}"}
    ).json()
    assert info["sub"] == claims["sub"]
    assert requests.get(document["userinfo_endpoint"]).status_code == 401
    assert requests.post(document["token_endpoint"], data=data | {"code": "x"}).status_code == 400


def test_what_the_stand_in_cannot_do_it_says(server):
    base = f"{server.url}/_poolhouse/idp"
    for path, part in [
        ("/authorize", "redirect_uri"),
        ("/authorize?redirect_uri=javascript:alert(1)", "redirect_uri"),
        (f"/authorize?redirect_uri={CALLBACK}", "client_id"),
        (f"/authorize?redirect_uri={CALLBACK}&client_id=c&response_type=token", "response_type"),
        ("/saml/sso", "SAMLRequest"),
        ("/saml/sso?SAMLRequest=x", "SAMLRequest"),
        ("/saml/logout", "SAMLRequest"),
    ]:
        answer = requests.get(base + path, allow_redirects=False)
        assert (answer.status_code, part in answer.text) == (400, True), path
