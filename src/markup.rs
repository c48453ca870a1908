//! Text within HTML and XML that is put together by hand.

/// A text as the content of an element, or as an attribute in quotes.
pub fn escaped(text: &str) -> String {
    with(text, |_| None)
}

/// The same where the reader would turn line ends and tabs of an attribute into spaces (XML 1.0, 3.3.3).
pub fn escaped_with_whitespace(text: &str) -> String {
    with(text, |character| match character {
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        '\r' => Some("&#xD;"),
        _ => None,
    })
}

fn with(text: &str, further: impl Fn(char) -> Option<&'static str>) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        let reference = match character {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '>' => Some("&gt;"),
            '"' => Some("&quot;"),
            '\'' => Some("&#39;"),
            other => further(other),
        };
        match reference {
            Some(reference) => escaped.push_str(reference),
            None => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_has_a_meaning_in_markup_stays() {
        for (text, content, attribute) in [
            ("plain", "plain", "plain"),
            (
                "<a href=\"x\">&'</a>",
                "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;",
                "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;",
            ),
            ("a\tb\r\nc", "a\tb\r\nc", "a&#x9;b&#xD;&#xA;c"),
        ] {
            assert_eq!(escaped(text), content);
            assert_eq!(escaped_with_whitespace(text), attribute);
        }
    }
}
