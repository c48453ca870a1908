"""Terms documents: links on a client's sign-up page."""

import pytest

from cognito import refused

LINKS = {"cognito:default": "https://example.com/terms"}


@pytest.fixture
def pool(make_pool):
    return make_pool()


def new_client(pool):
    made = pool.idp.create_user_pool_client(UserPoolId=pool.pool_id, ClientName="linked")
    return made["UserPoolClient"]["ClientId"]


def create(pool, client, name="terms-of-use", links=LINKS):
    made = pool.idp.create_terms(
        UserPoolId=pool.pool_id,
        ClientId=client,
        TermsName=name,
        TermsSource="LINK",
        Enforcement="NONE",
        Links=links,
    )
    return made["Terms"]


def describe(pool, terms):
    return pool.idp.describe_terms(UserPoolId=pool.pool_id, TermsId=terms["TermsId"])["Terms"]


def update(pool, terms, **settings):
    return pool.idp.update_terms(UserPoolId=pool.pool_id, TermsId=terms["TermsId"], **settings)["Terms"]


def test_terms_read_back_as_they_were_made(pool):
    client = new_client(pool)
    terms = create(pool, client)
    assert (terms["ClientId"], terms["TermsName"], terms["Links"]) == (client, "terms-of-use", LINKS)
    assert describe(pool, terms) == terms
    by_client = pool.idp.describe_terms_by_client(UserPoolId=pool.pool_id, ClientId=client, TermsName="terms-of-use")
    assert by_client["Terms"] == terms


def test_a_client_has_each_document_once(pool):
    client = new_client(pool)
    terms = create(pool, client)
    with refused("TermsExistsException"):
        create(pool, client)
    privacy = create(pool, client, "privacy-policy")
    with refused("TermsExistsException"):
        update(pool, privacy, TermsName="terms-of-use")
    create(pool, new_client(pool))
    pool.idp.delete_terms(UserPoolId=pool.pool_id, TermsId=terms["TermsId"])
    with refused("ResourceNotFoundException"):
        describe(pool, terms)
    assert update(pool, privacy, TermsName="terms-of-use")["Links"] == LINKS


def test_an_update_keeps_what_it_does_not_name(pool):
    terms = create(pool, new_client(pool))
    links = LINKS | {"cognito:german": "https://example.com/agb"}
    changed = update(pool, terms, Links=links)
    assert changed["Links"] == links
    assert {**changed, "Links": None, "LastModifiedDate": None} == {**terms, "Links": None, "LastModifiedDate": None}
    assert describe(pool, terms) == changed


def test_terms_are_listed_in_pages(pool):
    made = {create(pool, new_client(pool), name)["TermsId"] for name in ("terms-of-use", "privacy-policy") * 2}
    assert len(made) == 4
    seen, token = [], {}
    while True:
        page = pool.idp.list_terms(UserPoolId=pool.pool_id, MaxResults=3, **token)
        seen += [terms["TermsId"] for terms in page["Terms"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert (len(seen), set(seen)) == (4, made)
