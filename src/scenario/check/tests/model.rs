//! Inputs, expectations and rules, against what the service and the test API take.

use super::{SIGN_IN, all, told_of_steps};

#[test]
fn inputs_fit_the_service_model() {
    all(
        &[
            (
                "  - GetUser: {AccesToken: x, AccessToken: x}\n",
                "3:15: GetUser has no member AccesToken; did you mean AccessToken?",
            ),
            (
                "  - GetUser: {AccessToken: 7}\n",
                "3:28: this: AccessToken takes a text, in quotes",
            ),
            (
                "  - InitiateAuth: {AuthFlow: USER_PASSWORT_AUTH, ClientId: x}\n",
                "3:30: AuthFlow is never \"USER_PASSWORT_AUTH\"; did you mean USER_PASSWORD_AUTH?",
            ),
            (
                "  - AdminGetUser: {Username: [a]}\n",
                "3:30: this: Username takes a text",
            ),
            (
                "  - ListUsers: {Limit: \"5\", Filter: 'x'}\n",
                "3:24: \"5\": Limit takes a number",
            ),
            ("  - ListUsers: {Limit: \"${epoch()}\"}\n", ""),
            (
                "  - ListUsers: {Limit: \"1${epoch()}\"}\n",
                "3:24: \"1${epoch()}\": Limit takes a number",
            ),
            (
                "  - AdminCreateUser: {Username: a, UserAttributes: {email: a@b.example, email_verified: true}}\n",
                "3:89: true: UserAttributes takes a text, in quotes",
            ),
            (
                "  - AdminCreateUser: {Username: a, UserAttributes: [{Value: b}, {Name: c, Valu: d}]}\n",
                "3:53: UserAttributes needs Name; with unchecked: true it is sent as it stands\n\
                 3:75: UserAttributes has no member Valu; did you mean Value?",
            ),
            (
                "  - AdminCreateUser: {}\n",
                "3:5: AdminCreateUser needs Username; give it here or in defaults; with unchecked: true the input is sent as it stands",
            ),
            (
                "  - AdminCreateUser: {Username: null, Colour: blue}\n    unchecked: true\n",
                "",
            ),
            ("  - AdminCreateUser: text\n", "3:22: \"text\": give a map"),
            (
                "  - InitiateAuth: {AuthFlow: USER_AUTH}\n",
                "3:5: InitiateAuth needs ClientId; give it here or in defaults, for the fixtures have not just one client; with unchecked: true the input is sent as it stands",
            ),
            (
                "  - InitiateAuth: {AuthFlow: USER_AUTH, ClientId: \"${clients.web.ClientId}\", AuthParameters: {USERNAME: 5}}\n",
                "3:105: this: USERNAME takes a text, in quotes",
            ),
        ],
        told_of_steps,
    );
}

#[test]
fn expectations_fit_what_operations_answer() {
    let rows = [
        (
            "    expect: {ChallengName: X}\n",
            "4:14: the output of InitiateAuth has no member ChallengName; did you mean ChallengeName?",
        ),
        (
            "    expect: {ChallengeName: MFA_SETUPS}\n",
            "4:29: ChallengeName is never \"MFA_SETUPS\"; did you mean MFA_SETUP?",
        ),
        (
            "    expect: {ChallengeName: {$oneOf: [SMS_MFA, TOTP]}}\n",
            "4:48: ChallengeName is never \"TOTP\"; KNOWN",
        ),
        (
            "    exactly: {AuthenticationResult: {ExpiresIn: \"3600\"}}\n",
            "4:49: ExpiresIn is a number, and never a string",
        ),
        (
            "    expect: {AuthenticationResult: {NewDeviceMetadata: {Key: a}}}\n",
            "4:57: NewDeviceMetadata has no member Key; known here are DeviceGroupKey, DeviceKey",
        ),
        (
            "    expect: {AuthenticationResult: [a]}\n",
            "4:36: AuthenticationResult is a map, and never a list",
        ),
        (
            "    expect: {ChallengeName: <annny>}\n",
            "4:29: there is no matcher <annny>; did you mean <any>?; the text itself is {$equals: \"<annny>\"}",
        ),
        (
            "    expect: {Session: {$regexp: a}}\n",
            "4:24: there is no matcher $regexp; did you mean $regex?",
        ),
        (
            "    expect: {ChallengeParameters: {anything: x}, AuthenticationResult: <absent>}\n",
            "",
        ),
        (
            "    error: NotAuthorisedException\n",
            "4:12: there is no error type NotAuthorisedException; did you mean NotAuthorizedException?",
        ),
        (
            "    error: {type: GroupExistsException}\n",
            "4:19: InitiateAuth is never refused with GroupExistsException; KNOWN",
        ),
    ];
    all(&rows, |text| {
        let told = told_of_steps(&format!("{SIGN_IN}{text}"));
        match told.split_once("known here are ") {
            Some((before, known)) if known.len() > 40 => format!("{before}KNOWN"),
            _ => told,
        }
    });
}

#[test]
fn rules_are_those_of_the_test_api() {
    all(
        &[
            (
                "  - risk: {riskLevl: High}\n",
                "3:12: risk has no member riskLevl; did you mean riskLevel?",
            ),
            (
                "  - risk: [{username: a, riskLevel: high}]\n",
                "3:37: \"high\" is none of Low, Medium and High",
            ),
            ("  - undeliverable: {}\n", ""),
            (
                "  - trigger: {trigger: PreSignUp, error: \"${unique('No')}\"}\n",
                "",
            ),
            (
                "  - message: {kind: SignUpp, medium: MAIL}\n",
                "3:21: kind is never \"SignUpp\"; did you mean SignUp?\n3:38: medium is never \"MAIL\"; did you mean EMAIL?",
            ),
        ],
        told_of_steps,
    );
}
