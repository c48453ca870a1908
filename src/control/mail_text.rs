//! The plain text of a mail, which AWS sends as HTML.

use super::outbox::Message;
use crate::model::cognito_idp::DeliveryMediumType;

/// Elements after which a new line begins.
const LINES: [&str; 9] = ["br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4"];

/// What stands for one character each.
const ENTITIES: [(&str, &str); 6] = [
    ("&nbsp;", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    // The last one, so that what it makes is not read again.
    ("&amp;", "&"),
];

/// Stands for a temporary password while tags are cut: one may look like a tag.
const PASSWORD: &str = "\u{0}";

/// The text of `message` without tags.
pub fn text_of(message: &Message) -> String {
    match (message.medium, message.temporary_password.as_deref()) {
        (DeliveryMediumType::Sms, _) => message.body.clone(),
        (DeliveryMediumType::Email, Some(password)) if !password.is_empty() => {
            plain(&message.body.replace(password, PASSWORD)).replace(PASSWORD, password)
        }
        (DeliveryMediumType::Email, _) => plain(&message.body),
    }
}

/// A text without tags is left as it is.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        text.push_str(before);
        let looks_like_tag =
            tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match tag.find('>').filter(|_| looks_like_tag) {
            Some(end) => {
                if ends_line(&tag[1..end]) {
                    text.push('\n');
                }
                rest = &tag[end + 1..];
            }
            None => {
                text.push('<');
                rest = &tag[1..];
            }
        }
    }
    text.push_str(rest);
    if text.len() != html.len() {
        text.truncate(text.trim_end_matches('\n').len());
    }
    for (entity, character) in ENTITIES {
        text = text.replace(entity, character);
    }
    text
}

/// Whether a tag, without its brackets, ends a line.
fn ends_line(tag: &str) -> bool {
    let end = tag.strip_prefix('/');
    let name = end.unwrap_or(tag);
    let length = name.find(|c: char| !c.is_ascii_alphanumeric());
    let name = &name[..length.unwrap_or(name.len())];
    let breaks = LINES.iter().any(|line| line.eq_ignore_ascii_case(name));
    breaks && (end.is_some() || name.eq_ignore_ascii_case("br"))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn tags_are_cut_and_entities_read() {
        for (html, text) in [
            ("Your code is 012345", "Your code is 012345"),
            ("<p>one</p><p>two &lt; three</p>", "one\ntwo < three"),
            ("a<br/>b<BR>c", "a\nb\nc"),
            ("<a href=\"http://x/?a=1&b=2\">Verify</a> now", "Verify now"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("&amp;lt;", "&lt;"),
            ("<style>", ""),
            ("ends <b", "ends <b"),
        ] {
            assert_eq!(plain(html), text, "{html}");
        }
    }
}
