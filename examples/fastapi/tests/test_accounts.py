"""Every test finds Ann as `cognito.yaml` has her, and may take any other name: nobody else is there."""

import pyotp
import pytest

ANN = {"email": "ann@example.com", "password": "Correct-1-horse"}
BEN = {"email": "ben@example.com", "password": "Battery-2-staple"}


def done(answer, status=200):
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def refused(answer, status, error, message=None):
    told = done(answer, status)
    assert told["error"] == error
    assert message is None or told["message"] == message
    return told


def other_than(code):
    return "111111" if code != "111111" else "222222"


def signed_in(web, who):
    token = done(web.post("/sign-in", json=who))["access_token"]
    return {"Authorization": f"Bearer {token}"}


def totp(place, secret, steps=0):
    """The code that an app shows `steps` times 30 seconds from now. The next one is good already, as clocks differ, so
    that a test has a fresh code without waiting for it."""
    return pyotp.TOTP(secret).at(place.seconds() + 30 * steps)


def with_authenticator_app(web, place, who):
    ours = signed_in(web, who)
    secret = done(web.post("/me/authenticator-app", headers=ours), 201)["secret"]
    done(web.put("/me/authenticator-app", headers=ours, json={"code": totp(place, secret)}))
    return secret


def half_signed_in(web, who):
    answer = done(web.post("/sign-in", json=who))
    assert answer.pop("code_wanted")
    return answer


def test_somebody_signs_up_and_signs_in(web, place):
    assert done(web.post("/sign-up", json=BEN), 201) == {"code_sent_to": "b***@e***"}
    refused(web.post("/sign-in", json=BEN), 403, "UserNotConfirmedException")
    code = place.code("SignUp", BEN["email"])
    done(web.post("/sign-up/confirm", json={"email": BEN["email"], "code": code}))
    me = done(web.get("/me", headers=signed_in(web, BEN)))
    assert me == {"email": "ben@example.com", "authenticator_app": False}


def test_a_wrong_code_confirms_nobody(web, place):
    done(web.post("/sign-up", json=BEN), 201)
    wrong = other_than(place.code("SignUp", BEN["email"]))
    answer = web.post("/sign-up/confirm", json={"email": BEN["email"], "code": wrong})
    refused(answer, 400, "CodeMismatchException")
    refused(web.post("/sign-in", json=BEN), 403, "UserNotConfirmedException")


def test_an_address_is_taken_once(web):
    refused(web.post("/sign-up", json=ANN | {"password": "Another-3-word"}), 409, "UsernameExistsException")


def test_a_weak_password_is_refused(web):
    refused(web.post("/sign-up", json=BEN | {"password": "battery"}), 400, "InvalidPasswordException")


def test_a_wrong_password_and_an_unknown_address_look_the_same(web):
    wrong = web.post("/sign-in", json=ANN | {"password": "Wrong-1-horse"})
    unknown = web.post("/sign-in", json=BEN)
    assert refused(wrong, 401, "NotAuthorizedException") == refused(unknown, 401, "NotAuthorizedException")


def test_a_page_for_members_wants_an_access_token_of_this_app(web):
    assert web.get("/me").status_code == 401
    token = signed_in(web, ANN)["Authorization"]
    refused(web.get("/me", headers={"Authorization": token[:-8] + "AAAAAAAA"}), 401, "InvalidToken")


def test_an_authenticator_app_is_set_up_and_asked_for(web, place):
    secret = with_authenticator_app(web, place, ANN)
    answer = half_signed_in(web, ANN)
    token = done(web.post("/sign-in/code", json=answer | {"code": totp(place, secret, 1)}))["access_token"]
    me = done(web.get("/me", headers={"Authorization": f"Bearer {token}"}))
    assert me == {"email": "ann@example.com", "authenticator_app": True}


def test_a_wrong_code_of_the_app_signs_nobody_in(web, place):
    secret = with_authenticator_app(web, place, ANN)
    good = {totp(place, secret, steps) for steps in range(-2, 4)}
    wrong = next(code for code in (str(digit) * 6 for digit in range(1, 8)) if code not in good)
    answer = half_signed_in(web, ANN)
    refused(web.post("/sign-in/code", json=answer | {"code": wrong}), 400, "CodeMismatchException")


def test_a_code_of_the_app_is_good_once(web, place):
    secret = with_authenticator_app(web, place, ANN)
    code = totp(place, secret, 1)
    done(web.post("/sign-in/code", json=half_signed_in(web, ANN) | {"code": code}))
    refused(web.post("/sign-in/code", json=half_signed_in(web, ANN) | {"code": code}), 400, "ExpiredCodeException")


def test_a_forgotten_password_is_replaced(web, place):
    done(web.post("/forgot-password", json={"email": ANN["email"]}), 202)
    code = place.code("ForgotPassword", ANN["email"])
    new = ANN | {"password": "Remembered-4-good"}
    done(web.post("/forgot-password/confirm", json=new | {"code": code}))
    refused(web.post("/sign-in", json=ANN), 401, "NotAuthorizedException")
    signed_in(web, new)


def test_nobody_learns_whose_password_is_forgotten(web):
    ann = web.post("/forgot-password", json={"email": ANN["email"]})
    nobody = web.post("/forgot-password", json={"email": "nobody@example.com"})
    assert done(ann, 202) == done(nobody, 202)


@pytest.mark.moves_the_clock
def test_a_code_for_a_new_password_is_good_for_an_hour(web, place):
    done(web.post("/forgot-password", json={"email": ANN["email"]}), 202)
    code = place.code("ForgotPassword", ANN["email"])
    place.advance("61m")
    late = web.post("/forgot-password/confirm", json=ANN | {"code": code})
    refused(late, 400, "ExpiredCodeException")
    signed_in(web, ANN)


def test_a_deleted_account_is_gone_and_its_address_free(web, place):
    ours = signed_in(web, ANN)
    done(web.delete("/me", headers=ours), 204)
    refused(web.get("/me", headers=ours), 404, "UserNotFoundException")
    refused(web.post("/sign-in", json=ANN), 401, "NotAuthorizedException")
    done(web.post("/sign-up", json=ANN), 201)
    done(web.post("/sign-up/confirm", json={"email": ANN["email"], "code": place.code("SignUp", ANN["email"])}))
    signed_in(web, ANN)
