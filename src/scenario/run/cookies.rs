//! Jars of cookies, as browsers keep them (RFC 6265), as far as pages of a user pool need it.

/// The cookies of one browser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Jar(Vec<Cookie>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Cookie {
    name: String,
    value: String,
    /// The host that set it, or the domain that it said.
    domain: String,
    /// Whether hosts below the domain get it too.
    is_wide: bool,
    path: String,
}

impl Jar {
    /// The header for a request to `host` and `path`; nothing where no cookie fits.
    pub(super) fn header(&self, host: &str, path: &str) -> Option<String> {
        let fitting = self.0.iter().filter(|cookie| cookie.fits(host, path));
        let pairs: Vec<_> = fitting
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes what a `Set-Cookie` header of `host` says of a cookie.
    pub(super) fn take(&mut self, host: &str, path: &str, header: &str) {
        let mut parts = header.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let mut cookie = Cookie {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            domain: host.to_ascii_lowercase(),
            is_wide: false,
            path: directory(path).to_owned(),
        };
        let mut is_over = false;
        let mut age_said = false;
        for part in parts {
            let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
            match attribute.to_ascii_lowercase().as_str() {
                "domain" => {
                    let domain = value.trim_start_matches('.').to_ascii_lowercase();
                    if is_within(&cookie.domain, &domain) {
                        cookie.domain = domain;
                        cookie.is_wide = true;
                    }
                }
                "path" if value.starts_with('/') => cookie.path = value.to_owned(),
                // It decides where both are said (5.3).
                "max-age" => {
                    age_said = true;
                    is_over = value.parse::<i64>().is_ok_and(|age| age <= 0);
                }
                // Servers end a cookie by a date long past; no other date matters to a scenario.
                "expires" if !age_said => is_over = value.contains("1970"),
                _ => {}
            }
        }
        self.0.retain(|kept| !kept.is_same(&cookie));
        if !is_over {
            self.0.push(cookie);
        }
    }
}

impl Cookie {
    fn is_same(&self, other: &Self) -> bool {
        (&self.name, &self.domain, &self.path) == (&other.name, &other.domain, &other.path)
    }

    fn fits(&self, host: &str, path: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let of_host = match self.is_wide {
            true => is_within(&host, &self.domain),
            false => host == self.domain,
        };
        let rest = path.strip_prefix(&self.path);
        let below =
            |rest: &str| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/');
        of_host && rest.is_some_and(below)
    }
}

/// Whether `host` is `domain` or below it.
fn is_within(host: &str, domain: &str) -> bool {
    let above = host.strip_suffix(domain);
    !domain.is_empty() && above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// The path of cookies that say none (5.1.4).
fn directory(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => &path[..end],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_go_where_they_came_from_until_they_are_over() {
        let mut jar = Jar::default();
        jar.take("a.test", "/login/step", "one=1; HttpOnly; Secure");
        jar.take("a.test", "/login/step", "two=2; Path=/; Max-Age=60");
        jar.take("a.test", "/", "wide=3; Domain=.test");
        jar.take("a.test", "/", "foreign=4; Domain=b.test");
        jar.take("a.test", "/", "no cookie");
        let sent = |jar: &Jar, host, path| jar.header(host, path).unwrap_or_default();
        assert_eq!(
            sent(&jar, "A.test", "/login"),
            "one=1; two=2; wide=3; foreign=4"
        );
        assert_eq!(sent(&jar, "a.test", "/logins"), "two=2; wide=3; foreign=4");
        assert_eq!(sent(&jar, "b.test", "/login"), "wide=3");
        assert_eq!(jar.header("test.example", "/"), None);
        jar.take("a.test", "/", "two=; Path=/; Max-Age=0");
        jar.take(
            "a.test",
            "/x",
            "wide=; Domain=test; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        );
        jar.take("a.test", "/login/", "one=9");
        assert_eq!(sent(&jar, "a.test", "/login/a"), "foreign=4; one=9");
    }
}
