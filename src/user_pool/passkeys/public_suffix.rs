//! Which domains nobody can own, but have others' domains below them: the Public Suffix List.
//!
//! The list is searched as it ships, without a table made of it: it is asked when a pool's relying party is
//! set, and by nothing else.

/// A line for each domain with suffixes right below it: the domain, then their first labels; `*` for any
/// label, `!` for an exception from it. Top-level domains are left out.
static BELOW: &str = include_str!("public_suffixes.txt");

/// Whether the list names this domain, its private part included. So are all top-level domains, also those
/// that it does not know (publicsuffix.org/list: the rule for a name that matches none is `*`).
pub(super) fn is_public_suffix(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    let Some((label, parent)) = domain.split_once('.') else {
        return true;
    };
    let names_of = |line: &'static str| line.strip_prefix(parent)?.strip_prefix(' ');
    let Some(names) = BELOW.lines().find_map(names_of) else {
        return false;
    };
    let is_exception = |name: &str| name.strip_prefix('!') == Some(label);
    names.split(' ').any(|name| name == label || name == "*") && !names.split(' ').any(is_exception)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_of_names_of_any_name_and_of_exceptions() {
        for suffix in [
            "com",
            "no-such-top-level-domain",
            "co.uk",
            "CO.UK",
            "gob.ar",
            "github.io",
            "auth.us-east-1.amazoncognito.com",
            "any.ck",
            "any.kobe.jp",
            "eu-west-1.compute.amazonaws.com",
            "xn--55qx5d.cn",
        ] {
            assert!(is_public_suffix(suffix), "{suffix}");
        }
        for domain in [
            "example.com",
            "example.co.uk",
            "www.ck",
            "kobe.jp",
            "city.kobe.jp",
            "a.b.kobe.jp",
            "compute.amazonaws.com",
            "me.auth.us-east-1.amazoncognito.com",
            "co.example",
            "a.no-such-top-level-domain",
            "uk.co",
        ] {
            assert!(!is_public_suffix(domain), "{domain}");
        }
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let mut count = 0;
        for line in BELOW.lines().filter(|line| !line.starts_with('#')) {
            let (parent, names) = line.split_once(' ').unwrap();
            for name in names.split(' ') {
                let (name, is_suffix) = match name.strip_prefix('!') {
                    Some(exception) => (exception, false),
                    None => (name, true),
                };
                let domain = format!("{}.{parent}", name.replace('*', "any"));
                assert_eq!(is_public_suffix(&domain), is_suffix, "{domain}");
                count += 1;
            }
        }
        assert!(count > 8000, "{count}");
    }
}
