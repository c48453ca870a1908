"""Styles of the managed login pages, and the look of the classic ones."""

import pytest
import requests

from cognito import refused, without_metadata

CSS = ".label-customizable {font-weight: 400;}"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
NO_DOMAIN = ("InvalidParameterException", "A domain must be associated with this user pool.")  # observed
NOT_BOTH = (
    "InvalidParameterException",
    "useCognitoProvidedValues or settings should be specified (but not both)",
)  # observed


@pytest.fixture
def pool(make_pool):
    return make_pool()


@pytest.fixture
def client(pool):
    return new_client(pool)


@pytest.fixture
def domain(pool):
    name = pool.pool_id.split("_")[1].lower()
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=name)


def new_client(pool):
    made = pool.idp.create_user_pool_client(UserPoolId=pool.pool_id, ClientName="branded")
    return made["UserPoolClient"]["ClientId"]


def create(pool, client, **settings):
    made = pool.idp.create_managed_login_branding(UserPoolId=pool.pool_id, ClientId=client, **settings)
    return made["ManagedLoginBranding"]


def describe(pool, style, **settings):
    found = pool.idp.describe_managed_login_branding(
        UserPoolId=pool.pool_id, ManagedLoginBrandingId=style["ManagedLoginBrandingId"], **settings
    )
    return found["ManagedLoginBranding"]


def update(pool, style, **settings):
    made = pool.idp.update_managed_login_branding(
        UserPoolId=pool.pool_id, ManagedLoginBrandingId=style["ManagedLoginBrandingId"], **settings
    )
    return made["ManagedLoginBranding"]


def logo(mode="LIGHT", extension="PNG", content=PNG):
    return {"Category": "FORM_LOGO", "ColorMode": mode, "Extension": extension, "Bytes": content}


def test_a_style_reads_back_as_it_was_made(pool, client):
    settings = {"components": {"form": {"borderRadius": 4.5}}}
    style = create(pool, client, Settings=settings, Assets=[logo()])
    assert (style["Settings"], style["Assets"]) == (settings, [logo()])
    assert style["UseCognitoProvidedValues"] is False
    assert describe(pool, style) == style
    by_client = pool.idp.describe_managed_login_branding_by_client(UserPoolId=pool.pool_id, ClientId=client)
    assert by_client["ManagedLoginBranding"] == style


def test_awss_values_show_once_they_are_merged(pool, client):
    """That there are no Settings without any, but always Assets, is observed."""
    style = create(pool, client, UseCognitoProvidedValues=True)
    assert "Settings" not in style and style["Assets"] == []
    merged = describe(pool, style, ReturnMergedResources=True)["Settings"]
    assert set(merged) == {"categories", "componentClasses", "components"}
    changed = update(pool, style, Settings=merged)
    assert changed["Settings"] == merged
    again = update(pool, style, UseCognitoProvidedValues=True)
    assert "Settings" not in again and again["UseCognitoProvidedValues"] is True


def test_settings_and_awss_values_exclude_each_other(pool, client):
    with refused(*NOT_BOTH):
        create(pool, client)
    with refused(*NOT_BOTH):
        create(pool, client, UseCognitoProvidedValues=True, Settings={})


def test_an_asset_is_replaced_by_category_and_color_mode(pool, client):
    """Observed."""
    style = create(pool, client, UseCognitoProvidedValues=True, Assets=[logo()])
    style = update(pool, style, Assets=[logo("DARK")])
    assert style["Assets"] == [logo(), logo("DARK")]
    svg = logo(extension="SVG", content=b"<svg/>")
    assert update(pool, style, Assets=[svg])["Assets"] == [svg, logo("DARK")]


def test_a_client_has_one_style(pool, client):
    style = create(pool, client, UseCognitoProvidedValues=True)
    with refused("ManagedLoginBrandingExistsException"):
        create(pool, client, Settings={})
    pool.idp.delete_managed_login_branding(
        UserPoolId=pool.pool_id, ManagedLoginBrandingId=style["ManagedLoginBrandingId"]
    )
    with refused("ResourceNotFoundException"):
        describe(pool, style)
    with refused("ResourceNotFoundException"):
        pool.idp.describe_managed_login_branding_by_client(UserPoolId=pool.pool_id, ClientId=client)
    create(pool, client, Settings={})


def set_look(pool, **settings):
    return pool.idp.set_ui_customization(UserPoolId=pool.pool_id, **settings)["UICustomization"]


def look(pool, **settings):
    return pool.idp.get_ui_customization(UserPoolId=pool.pool_id, **settings)["UICustomization"]


def test_a_pool_without_a_domain_cannot_be_customized(pool):
    with refused(*NO_DOMAIN):
        set_look(pool, CSS=CSS)
    assert look(pool) == {}


def test_the_look_of_all_stands_in_for_that_of_a_client(pool, client, domain):
    everyone = set_look(pool, ClientId="ALL", CSS=CSS)
    assert look(pool, ClientId=client) == everyone
    own = set_look(pool, ClientId=client, CSS=".logo-customizable {max-width: 60%;}")
    assert look(pool, ClientId=client) == own
    assert set_look(pool, ClientId=client) == {}
    assert look(pool, ClientId=client) == everyone


def test_logo_and_css_are_served(pool, domain):
    made = set_look(pool, CSS=CSS, ImageFile=PNG)
    image = requests.get(made["ImageUrl"], timeout=30)
    assert (image.status_code, image.content) == (200, PNG)
    assert image.headers["content-type"] == "image/png"
    css = requests.get(made["ImageUrl"].replace("images/image.jpg", "CSS/custom-css.css"), timeout=30)
    assert (css.status_code, css.text) == (200, CSS)
    set_look(pool, CSS=CSS)
    assert requests.get(made["ImageUrl"], timeout=30).status_code == 404


def test_css_of_other_classes_is_refused(pool, domain):
    """Observed."""
    with refused("InvalidParameterException", "The CSS class .btn is not in the list of allowed classes."):
        set_look(pool, CSS=".btn {color: red;}")


def test_an_answer_without_output_is_empty(pool, client):
    style = create(pool, client, UseCognitoProvidedValues=True)
    answer = pool.idp.delete_managed_login_branding(
        UserPoolId=pool.pool_id, ManagedLoginBrandingId=style["ManagedLoginBrandingId"]
    )
    assert without_metadata(answer) == {}
