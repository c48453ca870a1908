//! What no play could ever pass is refused before one begins.

use super::{all, told, told_of_steps};

/// The columns are those of a step of `  - `.
#[test]
fn values_that_no_step_can_use_are_refused() {
    all(
        &[
            (
                "  - quota: {category: x, rps: 1}",
                "3:12: category: there is no category \"x\"; known here are ClientAuthentication, LimitManagement, UserAccountRecovery, UserAuthentication, UserCreation, UserFederation, UserList, UserPoolClientRead, UserPoolClientUpdate, UserPoolRead, UserPoolResourceRead, UserPoolResourceUpdate, UserPoolUpdate, UserRead, UserResourceRead, UserResourceUpdate, UserToken, UserUpdate",
            ),
            (
                "  - quota: {category: UserRead}",
                "3:12: a \"category\" wants \"rps\" or \"max\"",
            ),
            (
                "  - quota: {rps: 1}",
                "3:12: \"rps\" and \"max\" are of a \"category\"",
            ),
            (
                "  - ListUsers: {}\n    signed: {account: 12}",
                "4:23: 12: an account is a text of twelve digits, such as \"123456789012\"",
            ),
            (
                "  - ListUsers: {}\n    signed: {account: \"123456789012\", region: Europe!}",
                "4:47: \"Europe!\": give the name of a Region, such as eu-west-1",
            ),
            (
                "  - ListUsers: {}\n    signed: {account: 123456789012, region: \"${target}\"}",
                "",
            ),
            (
                "  - http: {url: /, method: GETT}",
                "3:28: method is never \"GETT\"; did you mean GET?",
            ),
            (
                "  - http: {url: /, method: get}",
                "3:28: method is never \"get\"; did you mean GET?",
            ),
            (
                "  - http: {url: \"ftp://a.example/\"}",
                "3:17: \"ftp://a.example/\": give a path, or a URL that begins with http:// or https://",
            ),
            (
                "  - http: {url: /, query: {a: {b: 1}}, form: {c: [[1]], d: [null], e: null, f: [1, x]}}",
                "3:31: a map: give texts, numbers, booleans, or lists of them\n3:51: a list: give texts, numbers, booleans, or lists of them\n3:61: null: give texts, numbers, booleans, or lists of them",
            ),
            (
                "  - http: {url: /, headers: {\"a b\": x, c: \"d\\r\\ne\"}}",
                "3:30: \"a b\" is no name of a header; one has letters, digits and hyphens\n3:43: the value of a header is one line; no line ends in it",
            ),
            (
                "  - http: {url: /}\n    note: 5",
                "4:11: 5: give a sentence, in quotes where it looks like something else",
            ),
            (
                "  - ListUsers: {}\n    headers: {\"x:y\": 1}",
                "4:15: \"x:y\" is no name of a header; one has letters, digits and hyphens",
            ),
            (
                "  - http: {url: \"/${pool}\"}",
                "3:21: pool is a map, which cannot stand inside text; a text, a number or a boolean can",
            ),
            (
                "  - http: {url: \"/${pools}${clients.web}/${pool.Id}${unique(pool.Id)}\"}",
                "3:21: pools is a map, which cannot stand inside text; a text, a number or a boolean can\n3:29: clients.web is a map, which cannot stand inside text; a text, a number or a boolean can",
            ),
            (
                "  - ListUsers: {}\n    as: all\n  - set: {a: \"${all.Users}\", b: \"-${all.Users}\"}",
                "5:37: all.Users is a list, which cannot stand inside text; a text, a number or a boolean can",
            ),
        ],
        told_of_steps,
    );
}

#[test]
fn refusals_that_no_operation_gives_are_refused() {
    all(
        &[
            (
                "  - ListUsers: {}\n    error: {status: 200}",
                "4:21: an operation that is refused never answers 200; leave error out where it succeeds",
            ),
            (
                "  - ListUsers: {}\n    error: {status: {$oneOf: [400, 99, 600]}}",
                "4:36: no answer has the status 99; a refusal has 400 or 500, or what a fault says, from 201 to 599\n4:40: no answer has the status 600; a refusal has 400 or 500, or what a fault says, from 201 to 599",
            ),
            (
                "  - ListUsers: {}\n    error: {status: \"400\", message: 5, type: 7, reason: [a]}",
                "4:21: status is a number, and never a string\n4:37: message is a text, and never a number\n4:46: type is a text, and never a number\n4:57: reason is a text, and never a list",
            ),
            (
                "  - ListUsers: {}\n    error: {status: 503, message: <string>, reason: null}",
                "",
            ),
        ],
        told_of_steps,
    );
    all(
        &[(
            "scenario: S\ntable:\n  - {error: {mesage: x}}\n  - {error: {status: 200, message: 5}}\n\
             steps:\n  - ListUsers: {}\n    error: ${row.error}",
            "3:13: error has no member mesage; did you mean message?\n\
             4:13: message of error is a text here\n\
             4:13: an operation that is refused never answers 200; leave error out where it succeeds",
        )],
        told,
    );
}

#[test]
fn parallel_requests_win_or_are_refused_as_the_step_says() {
    all(
        &[
            (
                "  - ListUsers: {}\n    parallel: 5\n    error: NotAuthorizedException",
                "5:12: without winners all parallel requests must succeed, and none is left to be refused; say how many win: winners: 1, or winners: 0",
            ),
            (
                "  - ListUsers: {}\n    parallel: 5\n    winners: 2",
                "5:14: of 5 requests 3 are to be refused, and the step does not say how; give error",
            ),
            (
                "  - ListUsers: {}\n    parallel: 5\n    winners: 5\n    error: NotAuthorizedException",
                "6:12: all 5 requests are to win, and none is left to be refused; drop error",
            ),
            (
                "  - ListUsers: {}\n    parallel: 5\n    winners: 0\n    error: NotAuthorizedException\n    expect: {Users: []}",
                "7:13: no request is to win, so none has a result; drop expect",
            ),
            (
                "  - http: {url: /}\n    parallel: 5\n    winners: 4",
                "5:14: an http step is never refused, whatever its status; expect says what each must answer",
            ),
            (
                "  - ListUsers: {}\n    parallel: 5\n    winners: 5\n  - ListUsers: {}\n    parallel: 5\n    error: null",
                "",
            ),
        ],
        told_of_steps,
    );
}

#[test]
fn rows_have_cases_of_their_own() {
    all(
        &[(
            "scenario: S\ntable: [{case: a}, {case: b}, {case: a}]\nsteps: [{ListUsers: {}}]",
            "2:38: row 1 has this case, too; give each its own, by which reports and --name tell them apart",
        )],
        told,
    );
}
