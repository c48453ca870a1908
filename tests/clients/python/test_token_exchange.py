"""GetDerivedToken, and the providers whose tokens it takes."""

import pytest

from cognito import Client, Pool, claims, refused
from poolhouse import Server
from provider import Provider, encoded

ADMIN = "aws.cognito.signin.user.admin"
BOTH = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"]


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    provider = Provider(tmp_path_factory.mktemp("provider"))
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def trusting(provider):
    """A server that trusts the provider's certificate."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(provider.trusted))
        patch.delenv("SSL_CERT_DIR", raising=False)
        server = Server()
    yield server
    server.stop()


@pytest.fixture
def pool(trusting, provider):
    provider.documents.clear()
    provider.asked.clear()
    pool = Pool(trusting, trusting.client())
    pool.idp.create_resource_server(
        UserPoolId=pool.pool_id,
        Identifier="files",
        Name="Files",
        Scopes=[{"ScopeName": name, "ScopeDescription": name} for name in ("public.read", "private.read")],
    )
    return pool


@pytest.fixture
def ann(pool):
    """A user, and the app that she signs in to."""
    pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username="ann", MessageAction="SUPPRESS")
    pool.idp.admin_set_user_password(
        UserPoolId=pool.pool_id, Username="ann", Password="Poolhouse-1", Permanent=True
    )
    return make_client(pool, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])


def make_client(pool, **settings):
    made = pool.idp.create_user_pool_client(UserPoolId=pool.pool_id, ClientName="client", **settings)
    made = made["UserPoolClient"]
    return Client(pool.server, pool.idp, pool.pool_id, made["ClientId"], made.get("ClientSecret"))


@pytest.fixture
def service(pool):
    """A service that may exchange, for public files only."""
    return make_client(
        pool,
        GenerateSecret=True,
        ExplicitAuthFlows=BOTH,
        AllowedOAuthScopes=["files/public.read", ADMIN],
    )


def exchange(service, token, kind="ACCESS_TOKEN", **members):
    members = {"ClientId": service.id, "ClientSecret": service.secret} | members
    return service.idp.get_derived_token(SubjectToken=token, SubjectTokenType=kind, **members)


def machine_token(pool):
    machine = make_client(
        pool,
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"],
        AllowedOAuthScopes=["files/private.read"],
    )
    answer = pool.idp.get_client_token(ClientId=machine.id, Secret=machine.secret)
    return machine.id, answer["ClientAuthenticationResult"]["AccessToken"]


def link(pool, provider_name, subject, username="ann"):
    pool.idp.admin_link_provider_for_user(
        UserPoolId=pool.pool_id,
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": username},
        SourceUser={
            "ProviderName": provider_name,
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": subject,
        },
    )


def oidc(provider, **details):
    return {
        "client_id": "pool-at-idp",
        "client_secret": "at-least-thirty-two-bytes-of-secret",
        "authorize_scopes": "openid",
        "attributes_request_method": "GET",
        "oidc_issuer": provider.url,
    } | details


def create(pool, name, kind, details):
    made = pool.idp.create_identity_provider(
        UserPoolId=pool.pool_id, ProviderName=name, ProviderType=kind, ProviderDetails=details
    )
    return made["IdentityProvider"]["ProviderDetails"]


def test_impersonation(pool, ann, service):
    access = ann.tokens("ann")["AccessToken"]
    answer = exchange(service, access, Resources=["files"])
    assert answer["IssuedTokenType"] == "ACCESS_TOKEN" and answer["TokenType"] == "Bearer"
    assert answer["ExpiresIn"] == 3600 and answer["Scopes"] == [ADMIN]
    before, after = claims(access), claims(answer["IssuedToken"])
    assert after["sub"] == before["sub"] and after["aud"] == "files"
    assert after["client_id"] == service.id and "act" not in after
    narrowed = exchange(service, access, Scopes=["files/public.read"])
    assert narrowed["Scopes"] == [] and claims(narrowed["IssuedToken"])["scope"] == ""


def test_delegation(pool, ann, service):
    access = ann.tokens("ann")["AccessToken"]
    machine, actor = machine_token(pool)
    answer = exchange(service, access, ActorToken=actor, ActorTokenType="ACCESS_TOKEN", Audiences=["billing"])
    found = claims(answer["IssuedToken"])
    assert found["act"] == {"sub": machine} and found["aud"] == "billing"


def test_id_tokens(pool, ann, service):
    token = ann.tokens("ann")["IdToken"]
    answer = exchange(service, token, "ID_TOKEN", RequestedTokenType="ID_TOKEN")
    assert answer["TokenType"] == "N_A" and "Scopes" not in answer
    assert claims(answer["IssuedToken"])["token_use"] == "id"


def test_refusals(pool, ann, service):
    tokens = ann.tokens("ann")
    access = tokens["AccessToken"]
    with refused("InvalidParameterException"):
        exchange(service, access, Audiences=["a"], Resources=["files"])
    with refused("ResourceNotFoundException", "Resource server other does not exist."):
        exchange(service, access, Resources=["other"])
    with refused("InvalidParameterException", "Missing required parameter ActorTokenType"):
        exchange(service, access, ActorToken=access)
    with refused("InvalidParameterException", "Missing required parameter ActorToken"):
        exchange(service, access, ActorTokenType="ACCESS_TOKEN")
    with refused("NotAuthorizedException", "Invalid client or secret"):
        exchange(service, access, ClientSecret="x" * 24)
    with refused("NotAuthorizedException", "Invalid SubjectToken"):
        exchange(service, tokens["IdToken"])
    with refused("NotAuthorizedException", "Invalid ActorToken"):
        exchange(service, access, ActorToken=access[:-8], ActorTokenType="ACCESS_TOKEN")
    with refused("InvalidParameterException"):
        exchange(service, "not a token")
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        exchange(make_client(pool, GenerateSecret=True, ExplicitAuthFlows=BOTH[1:]), access)
    with refused("ResourceNotFoundException", "Identity provider Nobody does not exist."):
        exchange(service, access, SubjectTokenProviderName="Nobody")
    # IAM credentials serve in place of the secret; without either the call is refused.
    body = {"ClientId": service.id, "SubjectToken": access, "SubjectTokenType": "ACCESS_TOKEN"}
    assert pool.server.post("GetDerivedToken", body).status_code == 200
    unsigned = pool.server.post("GetDerivedToken", body, signed=False)
    assert unsigned.json() == {"__type": "NotAuthorizedException", "message": "Invalid client or secret"}
    large = pool.server.post("GetDerivedToken", body | {"SubjectToken": "a" * 131_073})
    assert large.json()["__type"] == "InvalidParameterException"
    for subject in (7, None, ["a"], {"a": 1}, ""):
        answer = pool.server.post("GetDerivedToken", body | {"SubjectToken": subject})
        assert answer.status_code == 400, answer.text
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username="ann")
    with refused("NotAuthorizedException", "SubjectToken has been revoked"):
        exchange(service, access)
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="ann")
    with refused("UserNotFoundException", "User does not exist."):
        exchange(service, access)


def test_lite_has_no_exchange(trusting):
    lite = Pool(trusting, trusting.client(), UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException"):
        make_client(lite, ExplicitAuthFlows=BOTH)


def test_tokens_of_an_oidc_provider(pool, ann, service, provider):
    provider.serve_oidc()
    details = create(pool, "Corp", "OIDC", oidc(provider))
    assert details["authorize_url"] == provider.url + "/authorize"
    assert details["token_url"] == provider.url + "/token"
    assert details["attributes_url"] == provider.url + "/userinfo"
    assert details["jwks_uri"] == provider.url + "/keys"
    assert provider.asked == [("/.well-known/openid-configuration", "Amazon/Cognito")]
    link(pool, "Corp", "ann@corp")
    now = int(pool.server.now().timestamp())

    def swap(token, **members):
        return exchange(service, token, "ID_TOKEN", SubjectTokenProviderName="Corp", **members)

    for algorithm in ("RS256", "PS512", "ES256"):
        answer = swap(provider.token("ann@corp", now, algorithm))
        assert claims(answer["IssuedToken"])["username"] == "ann", algorithm
    scopes = provider.token("ann@corp", now, scope="files/public.read files/private.read")
    answer = swap(scopes, Scopes=["files/public.read", "files/private.read"])
    assert answer["Scopes"] == ["files/public.read"]
    with refused("NotAuthorizedException", "SubjectToken has expired"):
        swap(provider.token("ann@corp", now - 600))
    with refused("NotAuthorizedException", "Invalid SubjectToken"):
        swap(provider.token("ann@corp", now, aud="other"))
    with refused("NotAuthorizedException", "Invalid SubjectToken"):
        swap(provider.token("ann@corp", now)[:-6] + "AAAAAA")
    with refused("UserNotFoundException", "User does not exist."):
        swap(provider.token("bob@corp", now))
    with refused("InvalidParameterException"):
        exchange(service, "abc", "SAML2", SubjectTokenProviderName="Corp")
    # The provider takes its keys back.
    provider.serve("/keys", {"keys": []})
    with refused("NotAuthorizedException", "Invalid SubjectToken"):
        swap(provider.token("ann@corp", now))


def test_assertions_of_a_saml_provider(pool, ann, service, provider):
    provider.serve("/metadata", provider.metadata())
    details = create(pool, "Saml", "SAML", {"MetadataURL": provider.url + "/metadata"})
    assert details["SSORedirectBindingURI"] == provider.url + "/sso"
    link(pool, "Saml", "ann@corp")
    now = int(pool.server.now().timestamp())

    def swap(document):
        return exchange(service, encoded(document), "SAML2", SubjectTokenProviderName="Saml")

    audience = f"urn:amazon:cognito:sp:{pool.pool_id}"
    good = provider.assertion("ann@corp", audience, now)
    assert claims(swap(good)["IssuedToken"])["username"] == "ann"
    with refused("NotAuthorizedException", "Invalid SubjectToken"):
        swap(good.replace("ann@corp", "eve@corp"))
    with refused("NotAuthorizedException", "Invalid SubjectToken"):
        swap(provider.assertion("ann@corp", "urn:amazon:cognito:sp:us-east-1_Other", now))
    with refused("NotAuthorizedException", "SubjectToken has expired"):
        swap(provider.assertion("ann@corp", audience, now - 600))
    with refused("InvalidParameterException", "Missing required parameter SubjectTokenProviderName"):
        exchange(service, encoded(good), "SAML2")


def test_documents_that_are_not_to_be_had(pool, provider):
    with refused("InvalidParameterException", "Unable to contact well-known endpoint"):
        create(pool, "Corp", "OIDC", oidc(provider))
    missing = provider.url + "/metadata"
    with refused(
        "InvalidParameterException", f"Non-ok status code 404 returned from remote metadata source {missing}"
    ):
        create(pool, "Saml", "SAML", {"MetadataURL": missing})


@pytest.mark.parametrize("flags", [["--outbound", "none"], ["--outbound", "local"]])
def test_the_policy_decides_how_far_requests_go(flags, provider):
    provider.asked.clear()
    server = Server(*flags)
    try:
        pool = Pool(server, server.client())
        # 192.0.2.1 is nobody's; a provider out of reach is taken as it was given.
        details = create(pool, "Corp", "OIDC", oidc(provider, oidc_issuer="https://192.0.2.1"))
        assert "token_url" not in details
        body = {
            "UserPoolId": pool.pool_id,
            "ProviderName": "Saml",
            "ProviderType": "SAML",
            "ProviderDetails": {"MetadataURL": "http://192.0.2.1/metadata"},
        }
        answer = server.post("CreateIdentityProvider", body)
        assert answer.json()["message"] == "Error retrieving metadata from http://192.0.2.1/metadata"
        assert "--outbound" in answer.headers["x-poolhouse-reason"]
        # A certificate that nobody trusts.
        if "local" in flags:
            with refused("InvalidParameterException", "Unable to contact well-known endpoint"):
                create(pool, "Other", "OIDC", oidc(provider))
        assert provider.asked == []
    finally:
        server.stop()
