//! Names, and what is known of their values.

use super::{SIGN_IN, all, told, told_of_steps};

#[test]
fn names_are_given_before_they_are_used_and_once() {
    let rows = [
        (
            "  - GetUser: {AccessToken: \"${tokens.AccessToken}\"}\n",
            "3:31: there is no tokens here; known here are clients, pool, pools, target, users",
        ),
        (
            "  - GetUser: {AccessToken: \"${now}\"}\n",
            "3:31: there is no now here; the function is called as now(…)",
        ),
        (
            "  - GetUser: {AccessToken: \"${i}\"}\n",
            "3:31: there is no i here: it counts in steps that have repeat",
        ),
        ("  - GetUser: {AccessToken: \"a${i}\"}\n    repeat: 2\n", ""),
        (
            "  - GetUser: {AccessToken: \"${row.a}\"}\n",
            "3:31: there is no row here: it stands for a row of a scenario's table",
        ),
        (
            "  - set: {a: 1}\n  - set: {a: 2}\n",
            "4:11: a is given already, on line 3; give another name",
        ),
        (
            "  - set: {pool: 1, \"a-b\": 2}\n",
            "3:11: pool is a name that is always there; give another\n\
             3:20: \"a-b\" is no name; a name begins with a letter, and has letters, digits and _ after it",
        ),
        (
            "  - clock: {advance: 1s}\n    as: later\n  - set: {a: \"${later.time}\"}\n",
            "5:17: later has no member time; known here are now",
        ),
        (
            "  - set: {a: {b: [1]}}\n  - set: {c: \"${a.b[1]}\", d: \"${a.c}\"}\n",
            "4:17: a.b has no item 1; it has 1, counted from 0\n4:33: a has no member c; did you mean b?",
        ),
        (
            "  - set: {a: \"${users.alic.Password}\", b: \"${clients.web.ClientSecret}\"}\n",
            "3:17: users has no member alic; did you mean alice?\n\
             3:46: clients.web has no member ClientSecret; KNOWN",
        ),
        (
            "  - set: {a: \"${totp()}\", b: \"${totpp('x')}\"}\n",
            "3:17: totp(secret [, steps] [, hash]) takes 1 to 3 arguments, and is given 0\n\
             3:33: there is no function totpp; did you mean totp?",
        ),
        (
            "  - set: {a: \"${totp()}\"}\n  - GetUser: {AccessToken: \"${a}\"}\n  - clock: {add: 1s}\n    as: b\n  - set: {c: \"${b.now}\"}\n",
            "3:17: totp(secret [, steps] [, hash]) takes 1 to 3 arguments, and is given 0\n\
             5:12: clock takes one of advance and set\n5:13: clock has no member add; known here are advance, set",
        ),
        (
            "  - set: {a: \"${users.alice\"}\n",
            "3:15: a ${ without its }; the characters ${ are written $${",
        ),
    ];
    all(&rows, |text| {
        let told = told_of_steps(text);
        match told.split_once("ClientSecret; known here are ") {
            Some((before, _)) => format!("{before}ClientSecret; KNOWN"),
            None => told,
        }
    });
    let result = "    as: first\n  - set: {a: \"${first.Sesion}\", b: \"${first.Session.x}\", c: \"${first.AuthenticationResult.IdToken}\"}\n";
    assert_eq!(
        told_of_steps(&format!("{SIGN_IN}{result}")),
        "5:17: first has no member Sesion; did you mean Session?\n\
         5:39: first.Session is a text, which has no member x",
    );
}

#[test]
fn variables_and_rows_are_names_too() {
    all(
        &[
            (
                "scenario: S\nvars: {a: \"${b}\", b: 1, c: \"${b}\"}\nsteps: [set: {b: 2}]",
                "2:14: there is no b here; known here are clients, pool, pools, target, users\n\
                 3:15: b is given already, on line 2; give another name",
            ),
            (
                "scenario: S\ntable: [{a: 1, e: NotAuthorizedException}, {a: 2, e: NoException}]\nsteps:\n  - GetUser: {AccessToken: \"${row.b}\"}\n    error: ${row.e}\n",
                "2:54: there is no error type NoException; KNOWN\n4:31: row has no member b; did you mean a?",
            ),
            (
                "scenario: S\ndefaults: {AccessToken: \"${later.AccesToken}\"}\nsteps:\n  - GetUser: {}\n    as: later\n  - GetUser: {}\n",
                "2:28: later has no member AccesToken; KNOWN",
            ),
        ],
        |text| {
            let told = told(text);
            let (before, after) = told.split_once("known here are ").unwrap_or((&told, ""));
            match after.split_once('\n') {
                _ if after.len() < 60 => told.clone(),
                Some((known, rest)) if known.len() > 60 => format!("{before}KNOWN\n{rest}"),
                None => format!("{before}KNOWN"),
                Some(_) => told.clone(),
            }
        },
    );
}
