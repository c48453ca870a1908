//! What holds for every page, whatever the look and the language.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

#[path = "gallery.rs"]
mod gallery;

use gallery::{BOTH, Draw, MANAGED, classic, frame, style};

/// Without images (issue's own limit).
const MAX_PAGE: usize = 30 * 1024;

/// Every page of every look, in every language that the look speaks.
fn every(mut visit: impl FnMut(&str, &Frame<'_>, Draw)) {
    let classic = classic();
    for (name, draw) in BOTH {
        visit(
            &format!("classic/{name}"),
            &frame(&classic, Language::En),
            *draw,
        );
    }
    for scheme in ["LIGHT", "DARK", "DYNAMIC"] {
        let look = style(scheme);
        for language in Language::ALL {
            for (name, draw) in BOTH.iter().chain(MANAGED) {
                let name = format!("managed/{scheme}/{}/{name}", language.code());
                visit(&name, &frame(&look, language), *draw);
            }
        }
    }
}

/// The tags of a page: name and attributes, as they are written.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .filter_map(|part| part.split_once('>').map(|(tag, _)| tag))
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[test]
fn every_page_is_small_and_has_no_script_or_style_but_its_own() {
    every(|name, frame, draw| {
        let page = draw(frame, "vera@example.com");
        assert!(
            page.html.starts_with("<!DOCTYPE html>"),
            "{name}: {}",
            page.html
        );
        assert!(
            page.html.len() < MAX_PAGE,
            "{name} has {} bytes",
            page.html.len()
        );
        let language = if name.starts_with("classic") {
            "en"
        } else {
            frame.language.code()
        };
        assert!(
            page.html.contains(&format!("<html lang=\"{language}\"")),
            "{name}"
        );
        for tag in tags(&page.html) {
            let is_code = tag.starts_with("style") || tag == "script" || tag.starts_with("script ");
            assert!(
                !is_code || tag.contains(" nonce=\"bm9uY2U\""),
                "{name}: {tag}"
            );
            assert!(
                !tag.contains(" style=") && !tag.contains(" on"),
                "{name}: {tag}"
            );
        }
        let has_script = page.html.contains("<script");
        assert_eq!(page.policy.contains("script-src"), has_script, "{name}");
        assert!(
            page.policy.starts_with("default-src 'none';"),
            "{name}: {}",
            page.policy
        );
    });
}

/// The heaviest word that a user, a provider or a message can put on a page: as many characters as a username has,
/// each of which is escaped.
#[test]
fn a_page_with_long_names_is_small_in_every_language() {
    let word = "&".repeat(128);
    every(|name, frame, draw| {
        let length = draw(frame, &word).html.len();
        assert!(length < MAX_PAGE, "{name} has {length} bytes");
    });
}

#[test]
fn every_field_has_a_label_and_every_reference_an_end() {
    every(|name, frame, draw| {
        let html = draw(frame, "vera").html;
        let is_classic = name.starts_with("classic");
        let all = tags(&html);
        let ids: Vec<&str> = all.iter().filter_map(|tag| attribute(tag, "id")).collect();
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        // AWS's classic pages have every form twice, and with it AWS's ids.
        assert!(is_classic || ids.len() == known.len(), "{name}: {ids:?}");
        let mut in_label = false;
        for tag in &all {
            in_label = (in_label || tag.starts_with("label")) && *tag != "/label";
            for reference in attribute(tag, "aria-describedby")
                .iter()
                .flat_map(|ids| ids.split(' '))
            {
                let times = ids.iter().filter(|id| **id == reference).count();
                assert_eq!(times, 1, "{name}: {tag}");
            }
            let kind = attribute(tag, "type").unwrap_or_default();
            if !tag.starts_with("input") || kind == "hidden" || kind == "Submit" {
                continue;
            }
            let id = attribute(tag, "id").unwrap_or_default();
            let is_named = all
                .iter()
                .any(|tag| attribute(tag, "for") == Some(id) && !id.is_empty());
            assert!(is_named || in_label, "{name}: {tag}");
        }
    });
}

#[test]
fn every_posted_form_proves_that_it_is_ours() {
    every(|name, frame, draw| {
        let html = draw(frame, "vera").html;
        let csrf = if name.starts_with("classic") {
            "_csrf"
        } else {
            "csrf"
        };
        let proof = format!(
            "<input type=\"hidden\" name=\"{csrf}\" value=\"{}\">",
            frame.csrf
        );
        for form in html.split("<form").skip(1) {
            let (form, _) = form.split_once("</form>").unwrap();
            let is_post = form.contains("method=\"post\"") || form.contains("method=\"POST\"");
            assert_eq!(form.contains(&proof), is_post, "{name}: {form}");
        }
    });
}

#[test]
fn an_error_is_told_to_the_field_that_is_to_blame() {
    let look = style("LIGHT");
    let frame = frame(&look, Language::En);
    let draw = |wanted: &str| {
        let (_, draw) = BOTH.iter().find(|(name, _)| *name == wanted).unwrap();
        draw(&frame, "vera").html
    };
    for (page, to_blame) in [
        ("sign-in-failed", vec!["username", "password"]),
        ("sign-up-failed", vec!["password"]),
        ("confirm-forgot-password", vec!["code"]),
    ] {
        let html = draw(page);
        let blamed: Vec<&str> = tags(&html)
            .into_iter()
            .filter(|tag| tag.contains("aria-invalid"))
            .filter_map(|tag| attribute(tag, "name"))
            .collect();
        assert_eq!(blamed, to_blame, "{page}");
        assert!(
            html.contains("<p id=\"alert\" class=\"alert error\" role=\"alert\">"),
            "{page}"
        );
    }
}

#[test]
fn the_classic_sign_in_page_has_what_tests_look_for() {
    let look = classic();
    let (_, draw) = BOTH[1];
    let html = draw(&frame(&look, Language::De), "vera@example.com").html;
    for (part, times) in [
        ("<title>Signin</title>", 1),
        (
            "<div class=\"modal-content background-customizable modal-content-mobile visible-xs visible-sm\">",
            1,
        ),
        (
            "<div class=\"modal-content background-customizable modal-content-desktop visible-md visible-lg\">",
            1,
        ),
        (
            "<form name=\"cognitoSignInForm\" class=\"cognito-asf\" method=\"POST\" action=\"/login?client_id=",
            2,
        ),
        (
            "id=\"signInFormUsername\" name=\"username\" type=\"text\" class=\"form-control inputField-customizable\"",
            2,
        ),
        (
            "id=\"signInFormPassword\" name=\"password\" type=\"password\"",
            2,
        ),
        (
            "<input type=\"hidden\" name=\"cognitoAsfData\" value=\"\">",
            2,
        ),
        (
            "name=\"signInSubmitButton\" value=\"Sign in\" aria-label=\"submit\">",
            2,
        ),
        (
            "<p id=\"loginErrorMessage\" class=\"errorMessage-customizable\"",
            2,
        ),
        ("Sign in with your email and password", 2),
        (
            "<a class=\"redirect-customizable\" href=\"/forgotPassword?",
            2,
        ),
        (
            "<p class=\"redirect-customizable\"><span>Need an account?</span> <a href=\"/signup?",
            2,
        ),
    ] {
        assert_eq!(html.matches(part).count(), times, "{part}\n{html}");
    }
}

#[test]
fn a_language_is_chosen_by_a_link_that_keeps_the_request() {
    let look = style("LIGHT");
    let mut around = frame(&look, Language::De);
    around.query = "client_id=x&lang=de&state=y";
    let (_, draw) = BOTH[0];
    let html = draw(&around, "vera").html;
    assert!(
        html.contains("href=\"/login?client_id=x&amp;state=y&amp;lang=pt-BR\" lang=\"pt-BR\">"),
        "{html}"
    );
    assert!(
        html.contains("lang=\"de\" aria-current=\"true\">Deutsch</a>"),
        "{html}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What somebody gives changes no tag: a page has as many of each sign that HTML is made of as with a
    /// harmless word.
    #[test]
    fn nothing_given_is_ever_markup(word in "[<>&\"'`=/a-z \\x00-\\x1f]{1,40}|\\PC{1,40}") {
        let (look, classic) = (style("DYNAMIC"), classic());
        let pages = BOTH.iter().map(|(name, draw)| (*name, *draw, &classic));
        let managed = BOTH.iter().chain(MANAGED).map(|(name, draw)| (*name, *draw, &look));
        for (name, draw, look) in pages.chain(managed) {
            let mut around = frame(look, Language::Fr);
            let harmless = draw(&around, "a").html;
            let given = draw(&around, &word).html;
            for sign in ['<', '>', '"'] {
                prop_assert_eq!(given.matches(sign).count(), harmless.matches(sign).count(), "{}", name);
            }
            around.csrf = &word;
            let forged = draw(&around, "a").html;
            prop_assert_eq!(forged.matches('<').count(), harmless.matches('<').count(), "{}", name);
        }
    }
}

#[test]
fn the_first_page_names_pools_and_where_to_sign_in() {
    let client = |name: &str, sign_in: Option<&str>| HomeClient {
        id: "1example23456789".into(),
        name: name.into(),
        sign_in: sign_in.map(Into::into),
    };
    let pools = [HomePool {
        id: "us-east-1_PoolHouse".into(),
        name: "<poolhouse>".into(),
        clients: vec![
            client("web", Some("/login?client_id=x&y=z")),
            client("api", None),
        ],
        left_out: 3,
    }];
    let page = home("bm9uY2U", "", &pools, 2);
    for part in [
        "&#60;poolhouse&#62;",
        "href=\"/login?client_id=x&amp;y=z\"",
        "no sign-in page",
        "2 more pools",
        "3 more clients",
        "/us-east-1_PoolHouse/.well-known/openid-configuration",
    ] {
        assert!(page.html.contains(part), "{part}\n{}", page.html);
    }
    write("home", &page);
}

/// With POOLHOUSE_PAGES, pages are written to the folder that it names, to be looked at.
fn write(name: &str, page: &Rendered) {
    let Some(folder) = std::env::var_os("POOLHOUSE_PAGES") else {
        return;
    };
    let path = std::path::Path::new(&folder).join(format!("{name}.html"));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, &page.html).unwrap();
}

#[test]
fn pages_are_written_to_be_looked_at() {
    every(|name, frame, draw| write(name, &draw(frame, "vera@example.com")));
}
