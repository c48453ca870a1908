"""Accounts of a web app, kept in an Amazon Cognito user pool: sign-up, sign-in with an authenticator app if wanted,
forgotten passwords, deletion.

    uvicorn --factory accounts:from_environment
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import Annotated

import boto3
import jwt
from botocore.exceptions import ClientError
from fastapi import Depends, FastAPI, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

STATUS = {
    "NotAuthorizedException": 401,
    "UserNotConfirmedException": 403,
    "UserNotFoundException": 404,
    "UsernameExistsException": 409,
    "LimitExceededException": 429,
    "TooManyRequestsException": 429,
}


@dataclass(frozen=True)
class Settings:
    user_pool: str
    client: str
    client_secret: str
    # Who issues the tokens; on AWS https://cognito-idp.REGION.amazonaws.com/POOL.
    issuer: str


class Address(BaseModel):
    email: str


class Credentials(Address):
    password: str


class Confirmation(Address):
    code: str


class NewPassword(Confirmation):
    password: str


class SignInCode(BaseModel):
    username: str
    session: str
    code: str


class Code(BaseModel):
    code: str


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def from_environment():
    pool, region = os.environ["USER_POOL"], os.environ["AWS_REGION"]
    issuer = f"https://cognito-idp.{region}.amazonaws.com/{pool}"
    settings = Settings(
        user_pool=pool,
        client=os.environ["USER_POOL_CLIENT"],
        client_secret=os.environ["USER_POOL_CLIENT_SECRET"],
        issuer=os.environ.get("TOKEN_ISSUER", issuer),
    )
    # AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER has boto3 talk to another server.
    return create_app(settings, boto3.client("cognito-idp", region_name=region))


def create_app(settings, cognito):
    app = FastAPI(title="Accounts")
    keys = jwt.PyJWKClient(f"{settings.issuer}/.well-known/jwks.json")
    bearer = HTTPBearer()

    def secret_hash(username):
        mac = hmac.new(settings.client_secret.encode(), (username + settings.client).encode(), hashlib.sha256)
        return base64.b64encode(mac.digest()).decode()

    def of_client(username):
        return {"ClientId": settings.client, "Username": username, "SecretHash": secret_hash(username)}

    def access_token(given: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]):
        """The token of a request, once it is certain that it is an access token of our client."""
        try:
            key = keys.get_signing_key_from_jwt(given.credentials)
            claims = jwt.decode(given.credentials, key, algorithms=["RS256"], issuer=settings.issuer)
        except jwt.PyJWTError as error:
            raise Refused(401, "InvalidToken", str(error)) from error
        if claims["token_use"] != "access" or claims["client_id"] != settings.client:
            raise Refused(401, "InvalidToken", "not an access token of this app")
        return given.credentials

    AccessToken = Annotated[str, Depends(access_token)]

    @app.exception_handler(ClientError)
    def refused_by_cognito(_, error):
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        return JSONResponse({"error": code, "message": message}, STATUS.get(code, 400))

    @app.exception_handler(Refused)
    def refused(_, error):
        return JSONResponse({"error": error.code, "message": error.message}, error.status)

    @app.post("/sign-up", status_code=201)
    def sign_up(new: Credentials):
        attributes = [{"Name": "email", "Value": new.email}]
        answer = cognito.sign_up(**of_client(new.email), Password=new.password, UserAttributes=attributes)
        return {"code_sent_to": answer["CodeDeliveryDetails"]["Destination"]}

    @app.post("/sign-up/confirm")
    def confirm_sign_up(given: Confirmation):
        cognito.confirm_sign_up(**of_client(given.email), ConfirmationCode=given.code)
        return {"confirmed": True}

    @app.post("/sign-in")
    def sign_in(given: Credentials):
        answer = cognito.admin_initiate_auth(
            UserPoolId=settings.user_pool,
            ClientId=settings.client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={
                "USERNAME": given.email,
                "PASSWORD": given.password,
                "SECRET_HASH": secret_hash(given.email),
            },
        )
        if answer.get("ChallengeName") == "SOFTWARE_TOKEN_MFA":
            username = answer["ChallengeParameters"]["USER_ID_FOR_SRP"]
            return {"code_wanted": True, "session": answer["Session"], "username": username}
        return {"access_token": answer["AuthenticationResult"]["AccessToken"]}

    @app.post("/sign-in/code")
    def sign_in_with_code(given: SignInCode):
        answer = cognito.admin_respond_to_auth_challenge(
            UserPoolId=settings.user_pool,
            ClientId=settings.client,
            ChallengeName="SOFTWARE_TOKEN_MFA",
            Session=given.session,
            ChallengeResponses={
                "USERNAME": given.username,
                "SOFTWARE_TOKEN_MFA_CODE": given.code,
                "SECRET_HASH": secret_hash(given.username),
            },
        )
        return {"access_token": answer["AuthenticationResult"]["AccessToken"]}

    @app.post("/forgot-password", status_code=202)
    def forgot_password(given: Address):
        # The answer is the same for an address that nobody has.
        cognito.forgot_password(**of_client(given.email))
        return {}

    @app.post("/forgot-password/confirm")
    def confirm_forgot_password(given: NewPassword):
        cognito.confirm_forgot_password(
            **of_client(given.email), ConfirmationCode=given.code, Password=given.password
        )
        return {"changed": True}

    @app.get("/me")
    def me(token: AccessToken):
        answer = cognito.get_user(AccessToken=token)
        attributes = {one["Name"]: one["Value"] for one in answer["UserAttributes"]}
        mfa = "SOFTWARE_TOKEN_MFA" in answer.get("UserMFASettingList", [])
        return {"email": attributes["email"], "authenticator_app": mfa}

    @app.post("/me/authenticator-app", status_code=201)
    def add_authenticator_app(token: AccessToken):
        return {"secret": cognito.associate_software_token(AccessToken=token)["SecretCode"]}

    @app.put("/me/authenticator-app")
    def confirm_authenticator_app(given: Code, token: AccessToken):
        cognito.verify_software_token(AccessToken=token, UserCode=given.code)
        preference = {"Enabled": True, "PreferredMfa": True}
        cognito.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings=preference)
        return {"authenticator_app": True}

    @app.delete("/me", status_code=204)
    def delete_account(token: AccessToken):
        cognito.delete_user(AccessToken=token)
        return Response(status_code=204)

    return app
