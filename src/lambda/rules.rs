//! Which target a function has: patterns of ARNs and names, from flags, environment and fixtures.

use std::path::Path;

use super::target::Target;

/// Which functions a rule is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// The one with this ARN.
    Arn(String),
    /// Those of this name, in whatever Region and account, with whatever alias or version unless the
    /// name says which.
    Name(String),
    /// Those whose ARN or name, with alias or version and without, fits; `*` stands for any signs.
    Any(String),
}

/// How well a pattern fits, so that the better one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// By this many signs beside `*`.
    Any(usize),
    Name,
    NameWithAlias,
    Arn,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is neither an ARN, a name nor a pattern.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:$".contains(&byte);
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte == b'*' || is_sign(byte)) {
            return Err(format!(
                "{text:?} names no function; give an ARN, a name, or a pattern with *"
            ));
        }
        Ok(match text {
            _ if text.contains('*') => Self::Any(text.to_owned()),
            _ if text.starts_with("arn:") => Self::Arn(text.to_owned()),
            _ => Self::Name(text.to_owned()),
        })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        match self {
            Self::Arn(text) | Self::Name(text) | Self::Any(text) => text,
        }
    }

    /// Whether it is for the function.
    pub fn fits(&self, arn: &str) -> bool {
        self.fit(arn).is_some()
    }

    /// How exactly it says which functions it is for: the larger, the fewer of them.
    pub(crate) fn precision(&self) -> impl Ord + use<> {
        match self {
            Self::Arn(_) => Fit::Arn,
            Self::Name(own) if own.contains(':') => Fit::NameWithAlias,
            Self::Name(_) => Fit::Name,
            Self::Any(own) => Fit::Any(signs(own)),
        }
    }

    fn fit(&self, arn: &str) -> Option<Fit> {
        let (name, alias) = name_of(arn);
        let full = alias.map_or_else(|| name.to_owned(), |alias| format!("{name}:{alias}"));
        match self {
            Self::Arn(own) => (own == arn).then_some(Fit::Arn),
            Self::Name(own) if own == name => Some(Fit::Name),
            Self::Name(own) => (*own == full).then_some(Fit::NameWithAlias),
            Self::Any(own) => {
                let fits = [arn, name, &full].iter().any(|text| is_like(own, text));
                fits.then_some(Fit::Any(signs(own)))
            }
        }
    }
}

/// How many signs of a pattern stand for themselves.
fn signs(pattern: &str) -> usize {
    pattern.bytes().filter(|byte| *byte != b'*').count()
}

/// The name of a function, and its alias or version if the ARN
/// (`arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS`) says one.
pub fn name_of(arn: &str) -> (&str, Option<&str>) {
    let mut parts = arn.splitn(8, ':').skip(6);
    (parts.next().unwrap_or(arn), parts.next())
}

/// Whether a text is like a pattern, whose `*` stand for any signs or none.
pub(crate) fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// What runs the functions of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which functions it is for.
    pub pattern: Pattern,
    /// What runs them.
    pub target: Target,
}

impl Rule {
    /// Reads `PATTERN=TARGET`. A file is looked for from `base` on.
    ///
    /// # Errors
    /// What is wrong with it; the target, which may hold a secret, is not told.
    pub fn parse(text: &str, base: &Path) -> Result<Self, String> {
        let (pattern, target) = text
            .split_once('=')
            .ok_or("give PATTERN=TARGET, such as my-function=http://localhost:3000/")?;
        Ok(Self {
            pattern: Pattern::parse(pattern)?,
            target: Target::parse(target.trim(), base)?,
        })
    }

    /// Reads several, each on a line of its own or after a semicolon.
    ///
    /// # Errors
    /// Which of them is wrong, by its pattern, and what is.
    pub fn parse_list(text: &str, base: &Path) -> Result<Vec<Self>, String> {
        let entries = text.split(['\n', ';']).map(str::trim);
        let read = |entry: &str| {
            let pattern = entry.split('=').next().unwrap_or_default();
            Self::parse(entry, base).map_err(|fault| format!("{pattern}: {fault}"))
        };
        entries
            .filter(|entry| !entry.is_empty())
            .map(read)
            .collect()
    }
}

/// All rules of a server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// Those of the command line, which beat those of the environment.
    pub typed: Vec<Rule>,
    /// Those of the environment, which beat those of fixtures.
    pub environment: Vec<Rule>,
    /// Those of fixtures.
    pub fixtures: Vec<Rule>,
    /// What runs all other functions.
    pub rest: Option<Target>,
}

impl Rules {
    /// What runs a function.
    pub fn target(&self, arn: &str) -> Option<&Target> {
        let sources = [&self.typed, &self.environment, &self.fixtures];
        let found = sources.into_iter().find_map(|rules| best(rules, arn));
        found.or(self.rest.as_ref())
    }

    /// Whether a function has a target.
    pub fn cover(&self, arn: &str) -> bool {
        self.target(arn).is_some()
    }
}

/// The rule that fits best, the first of several that fit alike.
fn best<'r>(rules: &'r [Rule], arn: &str) -> Option<&'r Target> {
    let mut found: Option<(Fit, &Target)> = None;
    for rule in rules {
        let Some(fit) = rule.pattern.fit(arn) else {
            continue;
        };
        if found.is_none_or(|(best, _)| fit > best) {
            found = Some((fit, &rule.target));
        }
    }
    found.map(|(_, target)| target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::Url;

    const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:shop-sign-up";
    const LIVE: &str = "arn:aws:lambda:us-east-1:123456789012:function:shop-sign-up:live";

    fn rules(patterns: &[&str]) -> Vec<Rule> {
        let rule = |(at, text): (usize, &&str)| Rule {
            pattern: Pattern::parse(text).unwrap(),
            target: target(at),
        };
        patterns.iter().enumerate().map(rule).collect()
    }

    fn target(at: usize) -> Target {
        Target::Webhook(Url::parse(&format!("http://a:{}", at + 1)).unwrap())
    }

    #[test]
    fn a_pattern_fits_arns_and_names_with_alias_and_without() {
        for (pattern, plain, live) in [
            (ARN, true, false),
            (LIVE, false, true),
            ("shop-sign-up", true, true),
            ("shop-sign-up:live", false, true),
            ("sign-up", false, false),
            ("shop-sign-up:test", false, false),
            ("*", true, true),
            ("shop-*", true, true),
            ("*:live", false, true),
            ("*-up", true, true),
            ("*:123456789012:*", true, true),
            ("arn:aws:lambda:*:function:shop-sign-up", true, false),
            ("s*o*p-*up", true, true),
            ("shop-sign-up*up", false, false),
            ("*x*", false, false),
            ("shop", false, false),
        ] {
            let read = Pattern::parse(pattern).unwrap();
            assert_eq!(
                (read.fits(ARN), read.fits(LIVE)),
                (plain, live),
                "{pattern}"
            );
            assert_eq!(read.text(), pattern);
        }
        for text in ["", " ", "a b", "a=b", "f\u{e4}"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_best_fit_counts_then_the_first() {
        for (patterns, expected) in [
            (vec!["*", "shop-sign-up", LIVE], Some(2)),
            (vec!["*", "shop-sign-up", "shop-sign-up:live", ARN], Some(2)),
            (vec!["*", "shop-sign-up"], Some(1)),
            (vec!["*", "shop-*", "*-up"], Some(1)),
            (vec!["sh*", "*up", "s*u"], Some(0)),
            (vec!["other", ARN], None),
        ] {
            let rules = Rules {
                typed: rules(&patterns),
                ..Rules::default()
            };
            assert_eq!(
                rules.target(LIVE),
                expected.map(target).as_ref(),
                "{patterns:?}"
            );
        }
    }

    #[test]
    fn flags_beat_the_environment_which_beats_fixtures_and_the_endpoint_has_the_rest() {
        let one = |at: usize, pattern: &str| Rule {
            pattern: Pattern::parse(pattern).unwrap(),
            target: target(at),
        };
        let mut rules = Rules {
            typed: vec![one(0, "*-up")],
            environment: vec![one(1, ARN)],
            fixtures: vec![one(2, ARN)],
            rest: Some(target(3)),
        };
        assert_eq!(rules.target(ARN), Some(&target(0)));
        rules.typed.clear();
        assert_eq!(rules.target(ARN), Some(&target(1)));
        rules.environment.clear();
        assert_eq!(rules.target(ARN), Some(&target(2)));
        rules.fixtures.clear();
        assert_eq!(rules.target(ARN), Some(&target(3)));
        rules.rest = None;
        assert_eq!(rules.target(ARN), None);
        assert!(!rules.cover(ARN));
    }
}
