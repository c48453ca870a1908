"""Users as administrators see them: creation, attributes, aliases, letter case, filters and pages."""

import re

import pytest

from cognito import PASSWORD, SMS, as_map, attributes, challenge_of, claims, refused, tokens_of, without_metadata

NOT_THERE = ("UserNotFoundException", "User does not exist.")
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
EMAIL_TAKEN = ("AliasExistsException", "An account with the given email already exists.")
DOES_NOT_CONFORM = "Attributes did not conform to the schema: "


@pytest.fixture
def pool(make_pool):
    return make_pool()


def create(pool, username, **settings):
    return pool.idp.admin_create_user(UserPoolId=pool.pool_id, Username=username, **settings)["User"]


def change(pool, username, **values):
    return pool.idp.admin_update_user_attributes(
        UserPoolId=pool.pool_id, Username=username, UserAttributes=attributes(**values)
    )


def names(users):
    return [user["Username"] for user in users]


# AdminCreateUser ----------------------------------------------------------------------------------


def test_a_created_user(make_frozen_pool):
    pool = make_frozen_pool()
    body = {"UserPoolId": pool.pool_id, "Username": "ann", "UserAttributes": attributes(email="ann@example.com")}
    user = pool.server.post("AdminCreateUser", body).json()["User"]
    sub = as_map(user["Attributes"])["sub"]
    assert re.fullmatch(UUID, sub)
    assert as_map(user.pop("Attributes")) == {"sub": sub, "email": "ann@example.com"}
    assert user == {
        "Username": "ann",
        "UserCreateDate": 1767225600,
        "UserLastModifiedDate": 1767225600,
        "Enabled": True,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
    }
    read = pool.server.post("AdminGetUser", {"UserPoolId": pool.pool_id, "Username": "ann"}).json()
    assert as_map(read.pop("UserAttributes")) == {"sub": sub, "email": "ann@example.com"}
    assert read == user


def test_an_invitation_is_sent_by_the_medium_that_was_asked_for(pool):
    contact = attributes(email="jill@example.com", phone_number="+15555550100")
    create(pool, "jill", UserAttributes=contact, DesiredDeliveryMediums=["EMAIL"], TemporaryPassword=PASSWORD)
    (message,) = pool.sent("jill")
    assert message["medium"].upper() == "EMAIL"
    assert message["destination"] == "jill@example.com"
    assert message["subject"] == "Your temporary password"
    assert message["body"] == f"Your username is jill and temporary password is {PASSWORD}."
    assert message["temporaryPassword"] == PASSWORD


def test_an_invitation_goes_by_sms_unless_asked(pool):
    create(pool, "kim", UserAttributes=attributes(email="kim@example.com", phone_number="+15555550100"))
    (message,) = pool.sent("kim")
    assert message["medium"].upper() == "SMS"
    assert message["destination"] == "+15555550100"


def test_no_contact_is_no_error(pool):
    create(pool, "lea", UserAttributes=attributes(email="lea@example.com"))
    assert pool.sent("lea") == []


def test_suppress_sends_nothing_and_the_generated_password_is_never_told(pool):
    made = create(
        pool,
        "mia",
        UserAttributes=attributes(email="mia@example.com"),
        DesiredDeliveryMediums=["EMAIL"],
        MessageAction="SUPPRESS",
    )
    assert pool.sent("mia") == []
    assert made["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_a_generated_password_satisfies_the_policy_and_signs_in(make_pool):
    policy = {
        "MinimumLength": 20,
        "RequireUppercase": True,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
    }
    pool = make_pool(Policies={"PasswordPolicy": policy})
    create(pool, "nia", UserAttributes=attributes(email="nia@example.com"), DesiredDeliveryMediums=["EMAIL"])
    password = pool.last_message("nia")["temporaryPassword"]
    assert len(password) >= 20
    for needed in ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]"):
        assert re.search(needed, password)
    challenge_of(pool.sign_in("nia", password), "NEW_PASSWORD_REQUIRED")


def test_suppress_without_a_password_depends_on_the_first_factors(make_pool):
    def of(*factors):
        return make_pool(Policies={"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}})

    with refused("InvalidParameterException", "User is required to have a password"):
        create(of("PASSWORD", "WEB_AUTHN"), "ann", MessageAction="SUPPRESS")
    made = create(
        of("PASSWORD", "EMAIL_OTP"),
        "ann",
        MessageAction="SUPPRESS",
        UserAttributes=attributes(email="ann@example.com", email_verified="true"),
    )
    assert made["UserStatus"] == "CONFIRMED"
    assert create(of("PASSWORD"), "ann", MessageAction="SUPPRESS")["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_resend_makes_a_new_temporary_password(make_frozen_pool):
    pool = make_frozen_pool()
    create(pool, "ona", UserAttributes=attributes(email="ona@example.com"), DesiredDeliveryMediums=["EMAIL"])
    first = pool.last_message("ona")["temporaryPassword"]
    pool.server.advance("144h")
    create(pool, "ona", MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"])
    second = pool.last_message("ona")["temporaryPassword"]
    assert second != first
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.sign_in("ona", first)
    pool.server.advance("144h")  # RESEND restarts the seven days
    challenge_of(pool.sign_in("ona", second), "NEW_PASSWORD_REQUIRED")


def test_resend_is_for_users_who_have_not_changed_their_password(pool):
    pool.add_user("ann", email="ann@example.com")
    with refused("UnsupportedUserStateException", "Resend not possible. ann status is not FORCE_CHANGE_PASSWORD"):
        create(pool, "ann", MessageAction="RESEND")
    with refused(*NOT_THERE):
        create(pool, "nobody", MessageAction="RESEND")


def test_a_taken_name(pool):
    pool.add_user("ann")
    with refused("UsernameExistsException", "User account already exists"):
        create(pool, "ann")
    with refused("UsernameExistsException", "User already exists"):
        pool.sign_up("ann")
    create(pool, "Ann")  # names are case sensitive unless the pool says otherwise


def test_required_attributes_may_wait_for_the_administrators_user(make_pool):
    pool = make_pool(Schema=[{"Name": "name", "Required": True, "Mutable": True}])
    create(pool, "ann")
    with refused("InvalidParameterException", DOES_NOT_CONFORM + "name: The attribute is required\n"):
        pool.sign_up("bea")


# AdminSetUserPassword and states ------------------------------------------------------------------


def test_set_password_makes_the_state(pool):
    ids = {"UserPoolId": pool.pool_id, "Username": "ann", "Password": PASSWORD}
    create(pool, "ann")
    assert without_metadata(pool.idp.admin_set_user_password(**ids, Permanent=True)) == {}
    assert pool.status("ann") == "CONFIRMED"
    pool.idp.admin_set_user_password(**ids)
    assert pool.status("ann") == "FORCE_CHANGE_PASSWORD"
    pool.sign_up("bea")
    pool.idp.admin_set_user_password(**ids | {"Username": "bea"}, Permanent=True)
    assert pool.status("bea") == "CONFIRMED"


def test_disabling_keeps_the_state(pool):
    pool.add_user("ann")
    ids = {"UserPoolId": pool.pool_id, "Username": "ann"}
    for _ in range(2):
        assert without_metadata(pool.idp.admin_disable_user(**ids)) == {}
        user = pool.get_user("ann")
        assert (user["Enabled"], user["UserStatus"]) == (False, "CONFIRMED")
    pool.idp.admin_enable_user(**ids)
    assert pool.get_user("ann")["Enabled"] is True


def test_a_user_is_also_meant_by_sub(make_pool):
    """Documented for each operation of administrators, for confirming and for recovering."""
    pool = make_pool(AutoVerifiedAttributes=["email"])
    sub = pool.sign_up("ann", email="ann@example.com")["UserSub"]
    code = pool.last_message("ann")["code"]
    pool.idp.confirm_sign_up(ClientId=pool.id, Username=sub, ConfirmationCode=code)
    assert pool.idp.admin_get_user(UserPoolId=pool.pool_id, Username=sub)["Username"] == "ann"
    pool.idp.forgot_password(ClientId=pool.id, Username=sub)
    code = pool.last_message("ann")["code"]
    renewed = PASSWORD + "2"
    pool.idp.confirm_forgot_password(ClientId=pool.id, Username=sub, ConfirmationCode=code, Password=renewed)
    tokens_of(pool.sign_in("ann", renewed))
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username=sub)
    assert pool.get_user("ann")["Enabled"] is False
    # Who signs in gives the name.
    with refused("UserNotFoundException"):
        pool.sign_in(sub, renewed)


def test_a_deleted_name_is_free_at_once(pool):
    pool.add_user("ann", name="Ann")
    old = as_map(pool.get_user("ann")["UserAttributes"])["sub"]
    ids = {"UserPoolId": pool.pool_id, "Username": "ann"}
    pool.idp.admin_delete_user(**ids)
    with refused(*NOT_THERE):
        pool.idp.admin_delete_user(**ids)
    pool.add_user("ann")
    found = as_map(pool.get_user("ann")["UserAttributes"])
    assert found["sub"] != old
    assert "name" not in found


def test_users_delete_themselves(pool):
    pool.add_user("ann")
    pool.idp.delete_user(AccessToken=pool.tokens("ann")["AccessToken"])
    with refused(*NOT_THERE):
        pool.get_user("ann")


# Attributes ---------------------------------------------------------------------------------------

SCHEMA = [
    {
        "Name": "team",
        "AttributeDataType": "String",
        "Mutable": True,
        "StringAttributeConstraints": {"MinLength": "3", "MaxLength": "5"},
    },
    {"Name": "badge", "AttributeDataType": "String", "Mutable": False},
]
REFUSED_UPDATES = [
    ({"custom_x": "y"}, "user.custom:x: Attribute does not exist in the schema.\n"),
    ({"custom_badge": "2"}, "user.custom:badge: Attribute cannot be updated.\n"),
    ({"custom_badge": ""}, "user.custom:badge: Attribute cannot be updated.\n"),
    ({"custom_team": "ab"}, "user.custom:team: String must be no shorter than 3 characters\n"),
    # inferred, the pair of the one above
    ({"custom_team": "abcdef"}, "user.custom:team: String must be no longer than 5 characters\n"),
    ({"phone_number": "5555550100"}, "Invalid phone number format."),
    ({"phone_number": "+1 555 555 0100"}, "Invalid phone number format."),
    ({"email": "nobody"}, "Invalid email address format."),
]


@pytest.mark.parametrize(("values", "text"), REFUSED_UPDATES)
def test_an_update_is_refused(make_pool, values, text):
    pool = make_pool(
        Schema=SCHEMA,
        client={"WriteAttributes": ["name", "email", "phone_number", "custom:team", "custom:badge"]},
    )
    pool.add_user("ann", custom_badge="1")
    with refused("InvalidParameterException", text):
        change(pool, "ann", **values)
    if "custom_x" not in values:
        with refused("InvalidParameterException", text):
            pool.idp.update_user_attributes(
                AccessToken=pool.tokens("ann")["AccessToken"], UserAttributes=attributes(**values)
            )


def test_an_attribute_value_must_not_be_null(pool):
    pool.add_user("ann")
    token = pool.tokens("ann")["AccessToken"]
    answer = pool.server.post(
        "UpdateUserAttributes", {"AccessToken": token, "UserAttributes": [{"Name": "name"}]}, signed=False
    )
    assert answer.status_code == 400
    assert answer.json() == {
        "__type": "InvalidParameterException",
        "message": "Attribute value for name must not be null",
    }


def test_the_token_is_looked_at_before_the_attributes(pool):
    with refused("NotAuthorizedException", "Invalid Access Token"):
        pool.idp.update_user_attributes(AccessToken="garbage", UserAttributes=attributes(custom_x="y"))


@pytest.mark.parametrize("by", ["SignUp", "AdminCreateUser"])
def test_a_user_is_not_created_with_unknown_or_malformed_attributes(make_pool, by):
    pool = make_pool(Schema=SCHEMA)

    def attempt(**values):
        if by == "SignUp":
            pool.sign_up("ann", **values)
        else:
            create(pool, "ann", UserAttributes=attributes(**values))

    with refused("InvalidParameterException", "Invalid phone number format."):
        attempt(phone_number="12")
    with refused("InvalidParameterException", "Invalid email address format."):
        attempt(email="nobody")
    if by == "AdminCreateUser":
        with refused(
            "InvalidParameterException",
            DOES_NOT_CONFORM + "custom:x: Attribute does not exist in the schema.\n",
        ):
            attempt(custom_x="y")
    with refused(*NOT_THERE):
        pool.get_user("ann")


def test_an_empty_value_deletes_the_attribute(pool):
    pool.add_user("ann", name="Ann", nickname="A")
    assert without_metadata(change(pool, "ann", name="")) == {}
    assert set(as_map(pool.get_user("ann")["UserAttributes"])) == {"sub", "nickname"}


def test_changing_an_address_unverifies_it_unless_told(pool):
    pool.add_user("ann", email="ann@example.com", email_verified="true")
    change(pool, "ann", email="new@example.com")
    assert as_map(pool.get_user("ann")["UserAttributes"])["email_verified"] == "false"
    change(pool, "ann", email="newer@example.com", email_verified="true")
    read = as_map(pool.get_user("ann")["UserAttributes"])
    assert (read["email"], read["email_verified"]) == ("newer@example.com", "true")


def test_deleting_attributes(make_pool):
    pool = make_pool(Schema=[{"Name": "name", "Required": True, "Mutable": True}])
    pool.add_user("ann", name="Ann", nickname="A", email="ann@example.com")
    ids = {"UserPoolId": pool.pool_id, "Username": "ann"}
    done = pool.idp.admin_delete_user_attributes(**ids, UserAttributeNames=["nickname"])
    assert without_metadata(done) == {}
    with refused("InvalidParameterException", "Invalid user attributes: name: Required attribute cannot be deleted."):
        pool.idp.admin_delete_user_attributes(**ids, UserAttributeNames=["name"])
    with refused(  # reported
        "InvalidParameterException",
        "Invalid user attributes: user.custom:foo: Attribute does not exist in the schema.\n",
    ):
        pool.idp.admin_delete_user_attributes(**ids, UserAttributeNames=["custom:foo"])
    token = pool.tokens("ann")["AccessToken"]
    pool.idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["email"])
    assert set(as_map(pool.get_user("ann")["UserAttributes"])) == {"sub", "name"}


def test_every_change_moves_the_modification_date(make_frozen_pool):
    pool = make_frozen_pool()
    pool.add_user("ann")
    ids = {"UserPoolId": pool.pool_id, "Username": "ann"}
    changes = [
        lambda: change(pool, "ann", name="Ann"),
        lambda: pool.idp.admin_disable_user(**ids),
        lambda: pool.idp.admin_enable_user(**ids),
        lambda: pool.idp.admin_set_user_password(**ids, Password=PASSWORD, Permanent=True),
        lambda: pool.idp.admin_delete_user_attributes(**ids, UserAttributeNames=["name"]),
    ]
    for step, apply in enumerate(changes, 1):
        pool.server.advance("1h")
        apply()
        user = pool.get_user("ann")
        assert (user["UserLastModifiedDate"] - user["UserCreateDate"]).total_seconds() == 3600 * step


# Names: addresses, aliases, letter case -----------------------------------------------------------


def test_in_an_email_pool_the_address_is_the_name_and_the_username_a_uuid(make_pool):
    pool = make_pool(UsernameAttributes=["email"])
    sub = pool.sign_up("ann@example.com")["UserSub"]
    user = pool.get_user("ann@example.com")
    assert user["Username"] == sub
    assert as_map(user["UserAttributes"])["email"] == "ann@example.com"
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.pool_id, Username="ann@example.com")
    tokens = tokens_of(pool.sign_in("ann@example.com"))
    assert claims(tokens["AccessToken"])["username"] == sub
    assert claims(tokens["IdToken"])["cognito:username"] == sub
    assert claims(tokens["IdToken"])["email"] == "ann@example.com"
    tokens_of(pool.srp_sign_in("ann@example.com"))
    challenge = pool.srp_start("ann@example.com")["ChallengeParameters"]
    assert challenge["USERNAME"] == challenge["USER_ID_FOR_SRP"] == sub
    assert pool.get_user(sub)["Username"] == sub
    with refused("UsernameExistsException", "User already exists"):
        pool.sign_up("ann@example.com")
    with refused("UsernameExistsException", "User account already exists"):  # inferred
        create(pool, "ann@example.com")


def test_in_an_email_pool_the_sign_in_name_changes_with_the_attribute(make_pool):
    pool = make_pool(UsernameAttributes=["email"])
    pool.add_user("ann@example.com")
    change(pool, "ann@example.com", email="new@example.com")
    tokens_of(pool.sign_in("new@example.com"))
    with refused(*NOT_THERE):
        pool.sign_in("ann@example.com")


def test_refresh_in_an_email_pool_hashes_the_uuid(make_pool):
    pool = make_pool(UsernameAttributes=["email"], client={"GenerateSecret": True})
    pool.add_user("ann@example.com")
    tokens = tokens_of(pool.sign_in("ann@example.com"))
    sub = claims(tokens["AccessToken"])["sub"]
    tokens_of(pool.refresh(tokens["RefreshToken"], sub))
    with refused("NotAuthorizedException", f"SecretHash does not match for the client: {pool.id}"):
        pool.refresh(tokens["RefreshToken"], "ann@example.com")


def test_the_hash_is_of_the_name_in_the_same_request(make_pool):
    pool = make_pool(UsernameAttributes=["email"], client={"GenerateSecret": True})
    for address in ("ann@example.com", "bea@example.com"):
        pool.add_user(address, temporary=True)
    challenge = challenge_of(pool.sign_in("ann@example.com"), "NEW_PASSWORD_REQUIRED")
    tokens_of(pool.answer(challenge, "ann@example.com", NEW_PASSWORD="Poolhouse-2"))
    challenge = challenge_of(pool.srp_sign_in("bea@example.com"), "NEW_PASSWORD_REQUIRED")
    internal = challenge["ChallengeParameters"]["USER_ID_FOR_SRP"]
    assert internal == pool.get_user("bea@example.com")["Username"]
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {pool.id}"):
        pool.answer(challenge, internal, NEW_PASSWORD="Poolhouse-2", **pool.secret_hash("bea@example.com"))
    tokens_of(pool.answer(challenge, internal, NEW_PASSWORD="Poolhouse-2"))


NAME_FORMS = [
    (["email"], "ann", "Username should be an email."),
    (["phone_number"], "ann", "Username should be a phone number."),  # reported
    (["email", "phone_number"], "ann", "Username should be either an email or a phone number."),
]


@pytest.mark.parametrize(("kinds", "name", "text"), NAME_FORMS)
def test_the_name_must_be_an_address(make_pool, kinds, name, text):
    pool = make_pool(UsernameAttributes=kinds)
    with refused("InvalidParameterException", text):
        pool.sign_up(name)
    with refused("InvalidParameterException", text):
        create(pool, name)


def test_in_an_alias_pool_the_name_must_not_be_an_address(make_pool):
    pool = make_pool(AliasAttributes=["email"])
    with refused(
        "InvalidParameterException",
        "Username cannot be of email format, since user pool is configured for email alias.",
    ):
        pool.sign_up("ann@example.com")


def test_an_alias_signs_in_once_it_is_verified(make_pool):
    pool = make_pool(AliasAttributes=["email"])
    pool.add_user("ann", email="ann@example.com")
    with refused(*NOT_THERE):
        pool.sign_in("ann@example.com")
    change(pool, "ann", email_verified="true")
    tokens = tokens_of(pool.sign_in("ann@example.com"))
    assert claims(tokens["AccessToken"])["username"] == "ann"
    tokens_of(pool.srp_sign_in("ann@example.com"))
    assert pool.srp_start("ann@example.com")["ChallengeParameters"]["USER_ID_FOR_SRP"] == "ann"
    assert pool.get_user("ann@example.com")["Username"] == "ann"


def test_an_alias_clash_shows_in_confirm_sign_up(make_pool):
    pool = make_pool(AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    pool.sign_up("pia", email="shared@example.com")
    pool.confirm("pia", pool.last_message("pia")["code"])
    pool.sign_up("quin", email="shared@example.com")
    code = pool.last_message("quin")["code"]
    with refused(*EMAIL_TAKEN):
        pool.confirm("quin", code)
    pool.idp.confirm_sign_up(ClientId=pool.id, Username="quin", ConfirmationCode=code, ForceAliasCreation=True)
    assert claims(tokens_of(pool.sign_in("shared@example.com"))["AccessToken"])["username"] == "quin"
    assert as_map(pool.get_user("pia")["UserAttributes"])["email_verified"] == "false"  # inferred


def test_the_administrator_moves_an_alias_by_force(make_pool):
    """The type and text of the clash are reported for the administrator's operations."""
    pool = make_pool(AliasAttributes=["email"])
    verified = attributes(email="shared@example.com", email_verified="true")
    create(pool, "ann", UserAttributes=verified)
    with refused(*EMAIL_TAKEN):
        create(pool, "bea", UserAttributes=verified)
    create(pool, "bea", UserAttributes=verified, ForceAliasCreation=True)
    assert pool.get_user("shared@example.com")["Username"] == "bea"
    assert as_map(pool.get_user("ann")["UserAttributes"])["email_verified"] == "false"
    create(pool, "cat", UserAttributes=attributes(email="shared@example.com"))
    with refused(*EMAIL_TAKEN):
        change(pool, "cat", email="shared@example.com", email_verified="true")


def test_a_user_does_not_take_an_alias_that_another_holds(make_pool):
    """The text is reported."""
    pool = make_pool(AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    pool.add_user("rita", email="rita@example.com", email_verified="true")
    pool.add_user("sven", email="sven@example.com", email_verified="true")
    token = pool.tokens("sven")["AccessToken"]
    with refused(*EMAIL_TAKEN):
        pool.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(email="rita@example.com"))
    assert pool.get_user("rita@example.com")["Username"] == "rita"


def test_a_case_insensitive_pool(make_pool):
    pool = make_pool(UsernameConfiguration={"CaseSensitive": False})
    create(pool, "Ann", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="ANN", Password=PASSWORD, Permanent=True)
    with refused("UsernameExistsException", "User account already exists"):
        create(pool, "aNN")
    with refused("UsernameExistsException", "User already exists"):
        pool.sign_up("anN")
    assert pool.get_user("ANN")["Username"] == "ann"
    assert claims(tokens_of(pool.sign_in("aNn"))["AccessToken"])["username"] == "ann"
    tokens_of(pool.srp_sign_in("ANN"))


def test_a_case_insensitive_email_pool(make_pool):
    pool = make_pool(UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": False})
    pool.add_user("Ann@Example.com")
    tokens_of(pool.sign_in("ann@example.com"))
    with refused("UsernameExistsException"):
        create(pool, "ANN@example.com")


def test_phone_numbers_are_masked(make_pool):
    pool = make_pool(AutoVerifiedAttributes=["phone_number"], SmsConfiguration=SMS)
    answer = pool.sign_up("ann", phone_number="+441234562076")
    assert answer["CodeDeliveryDetails"]["Destination"] == "+********2076"


# ListUsers ----------------------------------------------------------------------------------------


@pytest.fixture
def crowd(pool):
    for number in range(7):
        create(
            pool,
            f"user-{number}",
            MessageAction="SUPPRESS",
            UserAttributes=attributes(
                email=f"{'ann' if number < 3 else 'bea'}-{number}@example.com",
                given_name="Ann" if number < 3 else "Bea",
                name=f'The "{number}"',
                phone_number=f"+1555555010{number}",
            ),
        )
    pool.idp.admin_disable_user(UserPoolId=pool.pool_id, Username="user-0")
    pool.idp.admin_set_user_password(UserPoolId=pool.pool_id, Username="user-1", Password=PASSWORD, Permanent=True)
    return pool


ANNS = ["user-0", "user-1", "user-2"]
BEAS = ["user-3", "user-4", "user-5", "user-6"]
FILTERS = [
    ("", ANNS + BEAS),
    ('email = "ann-1@example.com"', ["user-1"]),
    ('email="ann-1@example.com"', ["user-1"]),
    ('email ^= "ann"', ANNS),
    ('email^="ann"', ANNS),
    ('email = "ann"', []),
    ('given_name = "Bea"', BEAS),
    ('given_name = "bea"', BEAS),
    ('username = "user-2"', ["user-2"]),
    ('username = "USER-2"', []),
    ('username ^= "user-"', ANNS + BEAS),
    ('phone_number ^= "+1555555010"', ANNS + BEAS),
    ('name = "The \\"4\\""', ["user-4"]),
    ('status = "Disabled"', ["user-0"]),
    ('status = "Enabled"', ANNS[1:] + BEAS),
    ('cognito:user_status = "CONFIRMED"', ["user-1"]),
    ('cognito:user_status = "confirmed"', ["user-1"]),
    ('cognito:user_status = "FORCE_CHANGE_PASSWORD"', ["user-0", "user-2"] + BEAS),
    ('family_name = "Nobody"', []),
]


@pytest.mark.parametrize(("condition", "expected"), FILTERS)
def test_users_are_filtered(crowd, condition, expected):
    users = crowd.idp.list_users(UserPoolId=crowd.pool_id, Filter=condition)["Users"]
    assert sorted(names(users)) == expected


def test_users_are_found_by_sub(crowd):
    sub = as_map(crowd.get_user("user-5")["UserAttributes"])["sub"]
    users = crowd.idp.list_users(UserPoolId=crowd.pool_id, Filter=f'sub = "{sub}"')["Users"]
    assert names(users) == ["user-5"]


def test_filtered_users_are_sorted_by_the_attribute(crowd):
    change(crowd, "user-6", email="aaa@example.com")
    users = crowd.idp.list_users(UserPoolId=crowd.pool_id, Filter='email ^= "a"')["Users"]
    assert names(users) == ["user-6", "user-0", "user-1", "user-2"]


BAD_FILTERS = [
    ("email", "Error while parsing filter"),
    ("email = ann", "Error while parsing filter"),
    ('email > "ann"', "Error while parsing filter"),
    ('email = "ann', "Error while parsing filter"),
    ('custom:team = "x"', "Invalid search attribute: custom:team"),
    ('address = "x"', "Invalid search attribute: address"),
]


@pytest.mark.parametrize(("condition", "text"), BAD_FILTERS)
def test_a_bad_filter_is_refused(crowd, condition, text):
    """Both texts are reported."""
    with pytest.raises(crowd.idp.exceptions.InvalidParameterException) as caught:
        crowd.idp.list_users(UserPoolId=crowd.pool_id, Filter=condition)
    assert caught.value.response["Error"]["Message"].rstrip(".") == text


def test_a_listed_user(crowd):
    (user,) = crowd.idp.list_users(UserPoolId=crowd.pool_id, Filter='username = "user-1"')["Users"]
    assert set(user) == {
        "Username", "Attributes", "UserCreateDate", "UserLastModifiedDate", "Enabled", "UserStatus",
    }  # fmt: skip
    assert user["UserStatus"] == "CONFIRMED"


def test_only_the_attributes_that_were_asked_for(crowd):
    users = crowd.idp.list_users(UserPoolId=crowd.pool_id, AttributesToGet=["email"])["Users"]
    assert len(users) == 7
    for user in users:
        assert set(as_map(user["Attributes"])) == {"email"}
    with refused("InvalidParameterException", "One or more requested attributes do not exist."):
        crowd.idp.list_users(UserPoolId=crowd.pool_id, AttributesToGet=["custom:nothing"])


@pytest.mark.parametrize("condition", ["", 'email ^= "bea"'])
def test_users_are_listed_in_pages(crowd, condition):
    paginator = crowd.idp.get_paginator("list_users")
    pages = list(paginator.paginate(UserPoolId=crowd.pool_id, Filter=condition, PaginationConfig={"PageSize": 2}))
    assert all(len(page["Users"]) <= 2 for page in pages)
    found = [user["Username"] for page in pages for user in page["Users"]]
    assert len(found) == len(set(found))
    assert sorted(found) == (BEAS if condition else ANNS + BEAS)


def test_pages_neither_skip_nor_repeat_while_users_come_and_go(crowd):
    first = crowd.idp.list_users(UserPoolId=crowd.pool_id, Limit=3)
    seen = names(first["Users"])
    crowd.idp.admin_delete_user(UserPoolId=crowd.pool_id, Username=seen[0])
    create(crowd, "user-00", MessageAction="SUPPRESS")
    rest = crowd.idp.list_users(UserPoolId=crowd.pool_id, PaginationToken=first["PaginationToken"])
    found = seen + names(rest["Users"])
    assert set(ANNS + BEAS) <= set(found)
    assert len(found) == len(set(found))


def test_the_page_size_is_sixty_unless_asked(pool):
    for number in range(61):
        create(pool, f"user-{number}", MessageAction="SUPPRESS")
    first = pool.idp.list_users(UserPoolId=pool.pool_id)
    assert len(first["Users"]) == 60
    rest = pool.idp.list_users(UserPoolId=pool.pool_id, PaginationToken=first["PaginationToken"])
    assert len(rest["Users"]) == 1
    assert "PaginationToken" not in rest


def test_a_pagination_token_lives_for_an_hour(make_frozen_pool):
    """The text is unknown."""
    pool = make_frozen_pool()
    for number in range(3):
        create(pool, f"user-{number}", MessageAction="SUPPRESS")
    token = pool.idp.list_users(UserPoolId=pool.pool_id, Limit=1)["PaginationToken"]
    pool.server.advance("59m")
    pool.idp.list_users(UserPoolId=pool.pool_id, Limit=1, PaginationToken=token)
    pool.server.advance("2m")
    with refused("InvalidParameterException"):
        pool.idp.list_users(UserPoolId=pool.pool_id, Limit=1, PaginationToken=token)
    with refused("InvalidParameterException"):
        pool.idp.list_users(UserPoolId=pool.pool_id, PaginationToken="garbage")


# The administrator's view of MFA ------------------------------------------------------------------


def test_auth_factors(make_pool):
    pool = make_pool(mfa="OPTIONAL")
    pool.add_user("ann")
    factors = pool.idp.admin_get_user_auth_factors(UserPoolId=pool.pool_id, Username="ann")
    assert without_metadata(factors) == {"Username": "ann", "ConfiguredUserAuthFactors": ["PASSWORD"]}
    token = pool.tokens("ann")["AccessToken"]
    own = pool.idp.get_user_auth_factors(AccessToken=token)
    assert without_metadata(own) == without_metadata(factors)


def test_auth_factors_are_those_of_mfa_too(make_pool):
    ses = "arn:aws:ses:us-east-1:123456789012:identity/pool@example.com"
    pool = make_pool(EmailConfiguration={"EmailSendingAccount": "DEVELOPER", "SourceArn": ses})
    pool.set_mfa("OPTIONAL", sms=True, email=True)
    pool.add_user("ann", email="ann@example.com", phone_number="+15551230000")
    ann = {"UserPoolId": pool.pool_id, "Username": "ann"}

    def factors():
        return pool.idp.admin_get_user_auth_factors(**ann)["ConfiguredUserAuthFactors"]

    assert factors() == ["PASSWORD"]
    on = {"Enabled": True}
    pool.idp.admin_set_user_mfa_preference(EmailMfaSettings=on, **ann)
    assert factors() == ["PASSWORD", "EMAIL_OTP"]
    pool.idp.admin_set_user_mfa_preference(SMSMfaSettings=on, **ann)
    assert factors() == ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]


def test_who_loses_an_alias_is_modified_by_it(make_frozen_pool):
    pool = make_frozen_pool(AliasAttributes=["email"])
    verified = {"email": "ann@example.com", "email_verified": "true"}
    pool.add_user("ann", **verified)
    pool.server.advance("1m")
    attributes = [{"Name": name, "Value": value} for name, value in verified.items()]
    create(pool, "bea", UserAttributes=attributes, ForceAliasCreation=True)
    assert pool.get_user("ann")["UserLastModifiedDate"] == pool.server.now()
