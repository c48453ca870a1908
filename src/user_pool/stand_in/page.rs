//! The stand-in's pages: whole without JavaScript, small, and made for tests that look for labels.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::person::Played;
use super::{PATH, value};
use crate::context::Context;
use crate::markup::escaped;

/// Sends a form off; what stands in it has a button for those without JavaScript.
const SEND: &str = "document.forms[0].submit()";

const STYLE: &str = "*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#eef1f5;\
color:#1b2430}main{max-width:26rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:12px;\
box-shadow:0 1px 4px #0003}h1{font-size:1.3rem;margin:0 0 .25rem}p{margin:.25rem 0 1rem}\
button,input,textarea{font:inherit;width:100%;padding:.6rem .75rem;border:1px solid #6b7787;border-radius:8px;\
background:#fff;color:inherit}button{cursor:pointer;margin:.25rem 0}button.person{text-align:left}\
button.person span{display:block;color:#4a5563;font-size:.9rem}button.main{background:#1f4fbf;border-color:#1f4fbf;\
color:#fff}label{display:block;margin:.75rem 0 .25rem;font-weight:600}summary{cursor:pointer;padding:.5rem 0}\
:focus-visible{outline:3px solid #f2a900;outline-offset:2px}.wrong{color:#a01818}\
@media(max-width:480px){main{margin:0;border-radius:0}}";

/// The policy of the pages: they load nothing, and send forms to whoever asked for a sign-in, from where the
/// browser may go on to the address of any app.
pub(crate) fn policy() -> String {
    let hash = STANDARD.encode(digest(&SHA256, SEND.as_bytes()));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; frame-ancestors 'none'; \
         base-uri 'none'"
    )
}

/// A form that sends itself off.
pub(crate) struct Form<'a> {
    pub(crate) to: &'a str,
    pub(crate) fields: &'a [(&'a str, &'a str)],
}

fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n\
         </body>\n</html>\n"
    )
}

fn hidden<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    fields
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">\n",
                escaped(name),
                escaped(value)
            )
        })
        .collect()
}

/// A page that takes the browser, and what it brings, to who asked.
pub(crate) fn posting(form: &Form<'_>) -> String {
    page(
        "Signing in",
        &format!(
            "<form method=\"post\" action=\"{}\">\n{}<button class=\"main\">Continue</button>\n</form>\n\
             <script>{SEND}</script>\n",
            escaped(form.to),
            hidden(form.fields.iter().copied())
        ),
    )
}

/// A page that says what is wrong.
pub(crate) fn wrong(text: &str) -> String {
    page(
        "The stand-in identity provider cannot do this",
        &format!("<p>{}</p>\n", escaped(text)),
    )
}

/// What the stand-in is, for who opens it without a request.
pub(crate) fn about() -> String {
    page(
        "The stand-in identity provider",
        "<p>Poolhouse plays Google, Facebook, Apple, Amazon and the providers of a pool that are found at \
         <code>https://idp.poolhouse.test</code>. Choose a provider on a pool's sign-in page to come here with a \
         request.</p>\n<p>Tests choose with <code>poolhouse_person</code> in the authorize request, or by PUT to \
         <code>/_poolhouse/idp/people</code>, and see no page.</p>\n",
    )
}

/// Asks who signs in. `path` is what the form goes to, below the stand-in's own.
pub(super) fn ask(
    cx: &Context,
    played: &Played,
    given: &[(String, String)],
    path: &[&str],
    fault: Option<&str>,
) -> String {
    let hint = value(given, "login_hint");
    let action = format!("{}{PATH}/{}", cx.base_path(), path.join("/"));
    let typed = ["person", "email", "name", "sub", "claims", "cancel"];
    let carried = given
        .iter()
        .filter(|(name, _)| !typed.contains(&name.as_str()))
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let mut body = format!(
        "<p>A stand-in for {}. Nothing leaves this machine.</p>\n",
        escaped(played.title())
    );
    if let Some(fault) = fault {
        body.push_str(&format!(
            "<p class=\"wrong\" role=\"alert\">{}</p>\n",
            escaped(fault)
        ));
    }
    // Two forms: the key Enter in a field sends the form that the field is in.
    let form = format!(
        "<form method=\"post\" action=\"{}\">\n{}",
        escaped(&action),
        hidden(carried)
    );
    body.push_str(&form);
    let mut people = cx.people.all();
    // Who is expected stands first.
    people.sort_by_key(|person| person.text("email") != hint && Some(person.id.as_str()) != hint);
    for person in people {
        body.push_str(&format!(
            "<button class=\"person\" name=\"person\" value=\"{}\">{}<span>{}</span></button>\n",
            escaped(&person.id),
            escaped(person.text("name").unwrap_or(&person.id)),
            escaped(person.text("email").unwrap_or_default())
        ));
    }
    let email = value(given, "email").or(hint).unwrap_or_default();
    let of = |name| escaped(value(given, name).unwrap_or_default());
    body.push_str(&format!(
        "<button name=\"cancel\" value=\"1\">Cancel</button>\n</form>\n\
         <details{}>\n<summary>Somebody else</summary>\n{form}\
         <label for=\"email\">E-mail</label>\n<input id=\"email\" name=\"email\" autocomplete=\"off\" value=\"{}\">\n\
         <label for=\"name\">Name</label>\n<input id=\"name\" name=\"name\" autocomplete=\"off\" value=\"{}\">\n\
         <label for=\"sub\">Id at the provider</label>\n<input id=\"sub\" name=\"sub\" autocomplete=\"off\" value=\"{}\">\n\
         <label for=\"claims\">More claims, as JSON</label>\n\
         <textarea id=\"claims\" name=\"claims\" rows=\"3\" spellcheck=\"false\">{}</textarea>\n\
         <button class=\"main\">Sign in</button>\n</form>\n</details>\n",
        if fault.is_some() || hint.is_some() { " open" } else { "" },
        escaped(email),
        of("name"),
        of("sub"),
        of("claims"),
    ));
    page(&format!("Sign in with {}", played.title()), &body)
}
