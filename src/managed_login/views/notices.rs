//! Pages without a form: what went wrong, and that nothing can be done here.

use super::card::{Block, Card, Link};
use super::{Frame, Rendered};

/// `/error`. The sentence is observed, and that `detail` stands below it.
pub(crate) fn error(frame: &Frame<'_>, detail: Option<&str>) -> Rendered {
    let texts = frame.texts();
    let mut intro = Vec::new();
    intro.extend(detail.map(Into::into));
    frame.draw(Card {
        heading: texts.error_page.into(),
        intro,
        ..Card::default()
    })
}

/// The page of a sign-in that took too long, whose heading is documented.
pub(crate) fn went_wrong(frame: &Frame<'_>, restart: bool) -> Rendered {
    let texts = frame.texts();
    let mut blocks = Vec::new();
    if restart {
        let link = Link {
            href: frame.to("/login"),
            text: texts.try_again.into(),
        };
        blocks.push(Block::Links("".into(), vec![link]));
    }
    frame.draw(Card {
        heading: texts.wrong_title.into(),
        intro: vec![texts.wrong_text.into()],
        blocks,
        ..Card::default()
    })
}

/// The page of a client without a style, which answers 403 (observed).
pub(crate) fn unavailable(frame: &Frame<'_>) -> Rendered {
    frame.draw(Card {
        heading: frame.texts().unavailable.into(),
        ..Card::default()
    })
}
