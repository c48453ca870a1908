//! The two pages that need JavaScript: a passkey is used, or made. Both are of managed login (documented).

use super::card::{Block, Button, Card, Ceremony, Graphic, Weight};
use super::sign_in::{other_ways, signing_in_as};
use super::{Alert, Frame, Rendered};

/// The page on which a passkey is used.
pub(crate) struct PasskeySignIn<'a> {
    /// Who signs in.
    pub(crate) username: &'a str,
    /// The options of the ceremony, as JSON.
    pub(crate) options: &'a str,
    /// Whether there are other ways.
    pub(crate) others: bool,
    /// What went wrong.
    pub(crate) alert: Option<&'a Alert>,
}

/// The page on which a passkey is used.
pub(crate) fn passkey_sign_in(frame: &Frame<'_>, page: &PasskeySignIn<'_>) -> Rendered {
    let texts = frame.texts();
    let mut form = frame.post("", "/login/passkey").hide("credential", "");
    form.ceremony = Some(Ceremony {
        kind: "get",
        options: page.options,
        field: "credential",
        needs_script: texts.passkey_needs_script,
        failed: texts.passkey_failed,
    });
    let mut blocks = vec![Block::Form(form.button(Button::new(texts.passkey_try)))];
    if page.others {
        blocks.push(other_ways(frame));
    }
    blocks.push(signing_in_as(frame, page.username));
    frame.draw(Card {
        heading: texts.passkey_title.into(),
        intro: vec![texts.passkey_intro.into()],
        graphic: Some(Graphic::Passkey),
        alert: page.alert,
        blocks,
    })
}

/// The page on which a passkey is made: `/passkeys/add`, whose heading and buttons are observed.
pub(crate) fn add_passkey(frame: &Frame<'_>, options: &str, alert: Option<&Alert>) -> Rendered {
    let texts = frame.texts();
    let mut form = frame.post("", "/passkeys/add").hide("credential", "");
    form.ceremony = Some(Ceremony {
        kind: "create",
        options,
        field: "credential",
        needs_script: texts.passkey_needs_script,
        failed: texts.passkey_failed,
    });
    let form = form.button(Button::new(texts.passkey_add));
    let later = Button::named(texts.not_now, "later")
        .sends("true")
        .weighs(Weight::Secondary);
    let later = frame.post("", "/passkeys/add").button(later);
    frame.draw(Card {
        heading: texts.passkey_add_title.into(),
        intro: vec![texts.passkey_add_intro.into()],
        graphic: Some(Graphic::Passkey),
        alert,
        blocks: vec![Block::Form(form), Block::Form(later)],
    })
}
