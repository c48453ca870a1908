//! Which URLs a pattern of a CIMD policy matches.
//!
//! Documented: a pattern is an `https` URL in which `*` stands for others. Inferred: it stands for any
//! characters, none included, but what it stands for in the host stays there, so that nobody else's host
//! can match; everything else is compared letter by letter.

/// How closely `pattern` matches `url`: by this many characters of its own; none if it does not.
pub(super) fn closeness(pattern: &str, url: &str) -> Option<usize> {
    let (wanted_host, wanted_rest) = parts(pattern)?;
    let (host, rest) = parts(url)?;
    let matches = is_like(wanted_host.as_bytes(), host.as_bytes())
        && is_like(wanted_rest.as_bytes(), rest.as_bytes());
    matches.then(|| pattern.bytes().filter(|byte| *byte != b'*').count())
}

/// Host, with the port, and what comes behind it.
fn parts(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some(rest.split_at(end))
}

/// Whether `text` is `pattern` with something in the place of each `*`.
fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut of) = (0, 0);
    // Behind the last star, and how far into the text it reaches so far.
    let mut star: Option<(usize, usize)> = None;
    while of < text.len() {
        match (pattern.get(at), star) {
            (Some(b'*'), _) => {
                at += 1;
                star = Some((at, of));
            }
            (Some(byte), _) if *byte == text[of] => {
                at += 1;
                of += 1;
            }
            (_, Some((behind, reach))) => {
                at = behind;
                of = reach + 1;
                star = Some((behind, of));
            }
            (_, None) => return false,
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::closeness;

    #[test]
    fn a_star_stands_for_anything_but_never_for_another_host() {
        for (pattern, url, expected) in [
            (
                "https://a.example.com/client.json",
                "https://a.example.com/client.json",
                true,
            ),
            (
                "https://a.example.com/client.json",
                "https://a.example.com/other.json",
                false,
            ),
            (
                "https://a.example.com/client.json",
                "https://a.example.com/client.json?v=2",
                false,
            ),
            ("https://a.example.com/*", "https://a.example.com/", true),
            (
                "https://a.example.com/*",
                "https://a.example.com/b/c.json?v=2",
                true,
            ),
            ("https://a.example.com/*", "https://a.example.com", false),
            ("https://a.example.com/*", "https://A.example.com/c", false),
            (
                "https://a.example.com/*",
                "https://a.example.com:8443/c",
                false,
            ),
            (
                "https://a.example.com:*/c",
                "https://a.example.com:8443/c",
                true,
            ),
            ("https://*.example.com/c", "https://a.example.com/c", true),
            ("https://*.example.com/c", "https://a.b.example.com/c", true),
            ("https://*.example.com/c", "https://example.com/c", false),
            (
                "https://*.example.com/*",
                "https://evil.test/a.example.com/c",
                false,
            ),
            (
                "https://*.example.com/*",
                "https://evil.test?.example.com/c",
                false,
            ),
            ("https://*example.com/*", "https://example.com/c", true),
            (
                "https://a.example.com*",
                "https://a.example.com.evil.test/c",
                false,
            ),
            (
                "https://a.example.com/*/c/*.json",
                "https://a.example.com/b/c/d/c/e.json",
                true,
            ),
            (
                "https://a.example.com/*/c/*.json",
                "https://a.example.com/b/d/e.json",
                false,
            ),
            ("https://a.example.com/**", "https://a.example.com/c", true),
            ("https://a.example.com/c*", "http://a.example.com/c", false),
        ] {
            assert_eq!(
                closeness(pattern, url).is_some(),
                expected,
                "{pattern} {url}"
            );
        }
    }

    #[test]
    fn the_closer_pattern_has_more_of_its_own() {
        let url = "https://a.example.com/b/c.json";
        let close = closeness("https://a.example.com/b/*", url);
        assert!(close > closeness("https://*.example.com/*", url));
        assert!(close < closeness(url, url));
    }

    #[test]
    fn many_stars_take_no_long_time() {
        let pattern = format!("https://a.example.com/{}b", "*a".repeat(110));
        let url = format!("https://a.example.com/{}", "a".repeat(230));
        assert_eq!(closeness(&pattern, &url), None);
    }
}
