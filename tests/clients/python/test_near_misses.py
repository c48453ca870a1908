"""Near misses as boto3 shows them: what a refused call may have meant, in the header of the reason."""

import pytest
from botocore.exceptions import ClientError

from cognito import PASSWORD


@pytest.fixture
def pool(make_frozen_pool):
    return make_frozen_pool(AutoVerifiedAttributes=["email"], client={"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]})


def reason(call, **request):
    with pytest.raises(ClientError) as caught:
        call(**request)
    return caught.value.response["ResponseMetadata"]["HTTPHeaders"]["x-poolhouse-reason"]


def test_names(pool):
    pool.add_user("robinson")
    get = pool.idp.admin_get_user
    assert reason(get, UserPoolId=pool.pool_id, Username="robinsn").endswith(
        '; the nearest is "robinson": one letter differs'
    )
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="robinson")
    pool.server.advance("3s")
    assert reason(get, UserPoolId=pool.pool_id, Username="robinson").endswith("; it was deleted 3 s ago")
    assert f"the nearest is {pool.id} of {pool.pool_id}" in reason(
        pool.idp.sign_up, ClientId=pool.id + "0", Username="x", Password=PASSWORD
    )


def test_codes(pool):
    pool.sign_up("robin", email="robin@example.com")
    first = pool.last_message("robin")["code"]
    pool.confirm("robin", first)
    pool.server.advance("2s")
    pool.idp.forgot_password(ClientId=pool.id, Username="robin")
    said = reason(
        pool.idp.confirm_forgot_password,
        ClientId=pool.id,
        Username="robin",
        ConfirmationCode=first,
        Password=PASSWORD,
    )
    assert said.endswith("; this code was used 2 s ago, by ConfirmSignUp")
    token = pool.tokens("robin")["AccessToken"]
    said = reason(
        pool.idp.verify_user_attribute,
        AccessToken=token,
        AttributeName="email",
        Code=pool.last_message("robin")["code"],
    )
    assert said.endswith("; it is the code of a password reset, which ConfirmForgotPassword takes")


def test_a_clock_that_is_behind(pool):
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="OPTIONAL"
    )
    pool.add_user("robin")
    token = pool.tokens("robin")["AccessToken"]
    former = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]
    secret = pool.idp.associate_software_token(AccessToken=token)["SecretCode"]
    verify = pool.idp.verify_software_token
    said = reason(verify, AccessToken=token, UserCode=pool.code(secret, step=-3))
    assert said.endswith("the client's clock is 90 s behind") and secret not in said
    said = reason(verify, AccessToken=token, UserCode=pool.code(former))
    assert said.endswith(
        "; it is the code of an earlier secret, in place of which AssociateSoftwareToken handed out another one"
    )
    pool.idp.verify_software_token(AccessToken=token, UserCode=pool.code(secret))
    assert "was used" in reason(verify, AccessToken=token, UserCode=pool.code(secret))
