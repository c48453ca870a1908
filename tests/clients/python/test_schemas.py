"""The schemas of `schema/` by another reader's eyes: they let pass what Poolhouse takes, and refuse what it refuses."""

import json
import subprocess

import pytest
from jsonschema import Draft7Validator

import core_yaml
from poolhouse import REPOSITORY, binary

SCHEMAS = {kind: json.loads((REPOSITORY / f"schema/{kind}.schema.json").read_text())
           for kind in ("fixture", "scenario", "part")}
KINDS = {kind: Draft7Validator(schema) for kind, schema in SCHEMAS.items()}

SHIPPED = sorted(path for folder in ("fixtures", "tests/scenarios")
                 for ending in ("yaml", "yml", "json") for path in (REPOSITORY / folder).rglob(f"*.{ending}"))


def kind_of(path):
    return next((kind for kind in ("scenario", "part") if f".{kind}." in path.name), "fixture")


def faults(kind, tree):
    """What is wrong, by where it is: of alternatives, what is wrong with each."""
    found, todo = [], list(KINDS[kind].iter_errors(tree))
    while todo:
        fault = todo.pop()
        todo += fault.context or []
        found.append((".".join(map(str, fault.absolute_path)), fault.message))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one(kind):
    Draft7Validator.check_schema(SCHEMAS[kind])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_what_ships_is_valid(path):
    assert faults(kind_of(path), core_yaml.read(path.read_text())) == []


def test_fixtures_ship():
    kinds = [kind_of(path) for path in SHIPPED]
    assert kinds.count("fixture") >= 3 and kinds.count("scenario") >= 5 and kinds.count("part") >= 1


# What Poolhouse takes, in forms that no file that ships has.
TAKEN = {
    "a pool alone": ("fixture", "{PoolName: a, Account: 210987654321, CreationDate: 1.5}"),
    "a list of pools, one as the AWS CLI prints it": (
        "fixture", "[{PoolName: a}, {UserPool: {Name: b, SchemaAttributes: [{Name: 'custom:a_name_of_25_letters___'}]}, "
                   "ResponseMetadata: {}}]"),
    "users added to a pool of another file": (
        "fixture", "UserPools: [{Id: us-east-1_A, Users: [{Username: 'a{n}', Count: 3, Password: 'Correct-{n}'}]}]"),
    "a client as it is described": (
        "fixture", "UserPools: [{PoolName: a, Clients: [{UserPoolClient: {ClientName: a, CreationDate: 2026-01-31T12:00:00Z, "
                   "UserPoolId: us-east-1_A, RefreshTokenValidity: null}}]}]"),
    "attributes as a list": ("fixture", "UserPools: [{PoolName: a, Users: [{Username: a, Attributes: [{Name: sub, Value: x}]}]}]"),
    "targets and canned answers": (
        "fixture", "{Functions: {'a-*': 'http://localhost:1/', b: [{error: no, times: 1}, {run: ./a.mjs, env: {A: b}}]}, "
                   "UserPools: [{PoolName: a, Triggers: {PreTokenGeneration: {version: V2_0, url: 'http://a/'}}}]}"),
    "a domain as it is described": (
        "fixture", "UserPools: [{PoolName: a, Domains: [{DomainDescription: {Domain: a, CustomDomainConfig: {}, Status: ACTIVE}}]}]"),
}

# Steps that are right.
STEPS = [
    "ListUsers: {Limit: '${row.limit}', AttributesToGet: '${names}'}",
    "ListUsers: {Limit: 1.0}",
    "ListUsers: '${input}'",
    "AdminGetUser: {Username: null}",
    "AdminCreateUser: {Username: a, UserAttributes: [{Name: email, Value: a@example.com}]}",
    "AdminCreateUser: {Username: a, UserAttributes: {email: a@example.com, email_verified: true, 'custom:n': 1}}",
    "AdminCreateUser: {Username: a, MessageAction: '${row.action}'}",
    "{InitiateAuth: {AuthFlow: NOPE, More: 1}, unchecked: true, error: InvalidParameterException}",
    "{InitiateAuth: {AuthFlow: USER_AUTH}, error: {type: UserNotFoundException, message: {$contains: user}, status: 400}}",
    "{InitiateAuth: {AuthFlow: USER_AUTH}, error: null}",
    "{InitiateAuth: {AuthFlow: USER_AUTH}, error: '${row.error}'}",
    "{AdminCreateUser: {Username: a}, error: AliasExistsException}",
    "{ListUsers: {}, expect: {Users: {$unordered: [{Username: a}, {Attributes: {sub: <uuid>}}]}}}",
    "{ListUsers: {}, expect: {Users: {$each: {Enabled: true, UserStatus: {$oneOf: [CONFIRMED]}}, $length: {$gte: 2}}}}",
    "{ListUsers: {}, expect: {Users: <list>, PaginationToken: <absent>}}",
    "{ListUsers: {}, exactly: '${all}'}",
    "{GetUser: {AccessToken: a}, expect: {UserAttributes: [{Name: sub, Value: <any>}]}}",
    "{InitiateAuth: {AuthFlow: USER_AUTH}, expect: {ChallengeName: '<${form}>', AuthenticationResult: {ExpiresIn: {$gt: 1}}}}",
    "{DeleteUser: {AccessToken: a}, expect: {}, signed: false, headers: {x-a: 1}, skew: -90s, repeat: '${row.times}'}",
    "{SignUp: {Username: a}, parallel: 2, winners: 1, signed: {account: '123456789012', region: eu-west-1}}",
    "{http: {url: /oauth2/token, method: POST, form: {a: 1}, follow: 0}, expect: {status: 200, json: {a: 1}, headers: {a: <any>}}}",
    "{message: {username: a, wait: 5s}, as: mail, expect: {code: <code>, id: 1}}",
    "clock: {advance: 1h 30m}",
    "{clock: {set: '${now()}'}, expect: {now: <time>}}",
    "trigger: {trigger: PreSignUp, response: {autoConfirmUser: true}, times: '${i}'}",
    "risk: [{riskLevel: High}, {compromisedCredentials: true, password: a}]",
    "undeliverable: '${rule}'",
    "quota: {category: UserRead, rps: 5}",
    "{include: a.part.yaml, with: {a: 1}, as: done, note: a sentence}",
    "set: {a: [1], b: '${done.x}'}",
    "check: {'${done.x}': {$not: 1}}",
]

# Steps that are wrong, and where.
WRONG_STEPS = [
    ("InitiateAut: {AuthFlow: USER_AUTH}", ""),
    ("note: nothing is done", ""),
    ("{DeleteUser: {AccessToken: a}, clock: {advance: 1s}}", ""),
    ("{GetUser: {AccessToken: a}, DeleteUser: {AccessToken: a}}", ""),
    ("InitiateAuth: {AuthFlow: USER_AUTH, Flow: 1}", "InitiateAuth"),
    ("InitiateAuth: {AuthFlow: USER_AUT}", "InitiateAuth.AuthFlow"),
    ("InitiateAuth: {AuthParameters: {USERNAME: a}}", "InitiateAuth"),
    ("InitiateAuth: [1]", "InitiateAuth"),
    ("ListUsers: {Limit: many}", "ListUsers.Limit"),
    ("ListUsers: {Limit: 'at ${most}'}", "ListUsers.Limit"),
    ("AdminCreateUser: {Username: 1}", "AdminCreateUser.Username"),
    ("AdminCreateUser: {Username: a, UserAttributes: {email: [a]}}", "AdminCreateUser.UserAttributes.email"),
    ("AdminCreateUser: {Username: a, UserAttributes: [{Nam: email}]}", "AdminCreateUser.UserAttributes.0"),
    ("{ListUsers: {}, expect: {Userz: []}}", "expect"),
    ("{ListUsers: {}, expect: {Users: [{Name: a}]}}", "expect.Users.0"),
    ("{ListUsers: {}, exactly: {PaginationToken: 1}}", "exactly.PaginationToken"),
    ("{ListUsers: {}, expect: {PaginationToken: <tokn>}}", "expect.PaginationToken"),
    ("{ListUsers: {}, expect: {PaginationToken: {$regexp: a}}}", "expect.PaginationToken"),
    ("{ListUsers: {}, expect: {Users: {$each: {Name: a}}}}", "expect.Users.$each"),
    ("{DeleteUser: {AccessToken: a}, expect: {Username: a}}", "expect"),
    ("{ListUsers: {}, error: CodeMismatchException}", "error"),
    ("{ListUsers: {}, error: {type: CodeMismatchException}}", "error.type"),
    ("{ListUsers: {}, error: {text: a}}", "error"),
    ("{ListUsers: {}, as: a-b}", "as"),
    ("{ListUsers: {}, repeat: 0}", "repeat"),
    ("{ListUsers: {}, winners: 1}", ""),
    ("{ListUsers: {}, with: {a: 1}}", ""),
    ("http: {method: GET}", "http"),
    ("http: {url: /, headres: {}}", "http"),
    ("message: {user: a}", "message"),
    ("{message: {username: a}, expect: {cod: <code>}}", "expect"),
    ("message: {kind: SignIn}", "message.kind"),
    ("clock: {advance: 31m, set: 2026-01-01T00:00:00Z}", "clock"),
    ("clock: {advance: 31}", "clock.advance"),
    ("trigger: {trigger: PreSignup}", "trigger.trigger"),
    ("risk: [{level: High}]", "risk.0"),
    ("quota: {category: UserReads, rps: 1}", "quota.category"),
    ("set: {a-b: 1}", "set"),
    ("check: {a: 1}", "check"),
]

WRONG = [
    ("scenario", "{scenario: a}", ""),
    ("scenario", "{scenario: a, steps: []}", "steps"),
    ("scenario", "{scenario: a, step: [{clock: {advance: 1s}}]}", ""),
    ("scenario", "{scenario: a, steps: [{clock: {advance: 1s}}], tags: [Totp]}", "tags.0"),
    ("scenario", "{scenario: a, steps: [{clock: {advance: 1s}}], seed: one}", "seed"),
    ("scenario", "{scenario: a, steps: [{clock: {advance: 1s}}], server: {isuer: aws}}", "server"),
    ("scenario", "{scenario: a, steps: [{clock: {advance: 1s}}], server: {issuer: asw}}", "server.issuer"),
    ("scenario", "{scenario: a, steps: [{clock: {advance: 1s}}], defaults: {ClientID: a}}", "defaults"),
    ("scenario", "{scenario: a, steps: [{clock: {advance: 1s}}], vars: {a b: 1}}", "vars"),
    ("scenario", "{scenario: a, steps: [{clock: {advance: 1s}}], fixtures: {UserPools: [{PoolNam: a}]}}", "fixtures.UserPools.0"),
    ("part", "{part: a, scenario: b, steps: [{clock: {advance: 1s}}]}", ""),
    ("part", "{part: a, params: [a-b], steps: [{clock: {advance: 1s}}]}", "params.0"),
    ("fixture", "{UserPools: [{}]}", "UserPools.0"),
    ("fixture", "{UserPool: [{PoolName: a}]}", "UserPool"),
    ("fixture", "{UserPools: [{PoolName: a, Client: []}]}", "UserPools.0"),
    ("fixture", "{UserPools: [{PoolName: a, MfaConfiguration: on}]}", "UserPools.0.MfaConfiguration"),
    ("fixture", "{UserPools: [{PoolName: a, Policies: {PasswordPolicy: {MinimumLength: 5}}}]}",
     "UserPools.0.Policies.PasswordPolicy.MinimumLength"),
    ("fixture", "{UserPools: [{PoolName: a, Clients: [{ClientId: a}]}]}", "UserPools.0.Clients.0"),
    ("fixture", "{UserPools: [{PoolName: a, Users: [{Username: a, Enabled: 'yes'}]}]}", "UserPools.0.Users.0.Enabled"),
    ("fixture", "{UserPools: [{PoolName: a, Users: [{Username: a, Count: 0}]}]}", "UserPools.0.Users.0.Count"),
    ("fixture", "{UserPools: [{PoolName: a, Users: [{Username: a, UserStatus: ARCHIVED}]}]}", "UserPools.0.Users.0.UserStatus"),
    ("fixture", "{UserPools: [{PoolName: a, Users: [{Username: a, SoftwareToken: {Secret: a}}]}]}",
     "UserPools.0.Users.0.SoftwareToken"),
    ("fixture", "{UserPools: [{PoolName: a, Triggers: {PreSignup: 'http://a/'}}]}", "UserPools.0.Triggers"),
    ("fixture", "{RiskRules: [{riskLevel: high}]}", "RiskRules.0.riskLevel"),
    ("fixture", "{Quotas: on}", "Quotas"),
]


@pytest.mark.parametrize("kind, text", TAKEN.values(), ids=list(TAKEN))
def test_what_is_taken_is_valid(kind, text):
    assert faults(kind, core_yaml.read(text)) == []


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", ("scenario", "part"))
def test_a_right_step_is_valid(kind, step):
    tree = {kind: "a", "steps": [core_yaml.read(step)]}
    if kind == "scenario":
        # What the step itself does not give.
        tree["defaults"] = {"Password": "Correct-1-horse"}
    assert faults(kind, tree) == []


@pytest.mark.parametrize("step, where", WRONG_STEPS)
def test_a_wrong_step_is_refused_where_it_is_wrong(step, where):
    found = faults("scenario", {"scenario": "a", "steps": [core_yaml.read(step)]})
    assert f"steps.0.{where}".rstrip(".") in [at for at, _ in found], found


@pytest.mark.parametrize("kind, text, where", WRONG)
def test_a_wrong_file_is_refused_where_it_is_wrong(kind, text, where):
    found = faults(kind, core_yaml.read(text))
    assert where in [at for at, _ in found], found


@pytest.mark.parametrize("text", [text for kind, text, _ in WRONG if kind == "fixture"])
def test_poolhouse_refuses_the_wrong_fixtures_too(text, tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    done = subprocess.run([binary(), "check", file], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stdout
