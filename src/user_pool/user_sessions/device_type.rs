//! What a session was last used with, by the user agent: browser or app, and operating system.
//!
//! Documented is what it is made from, and `unknown`; the form `Chrome 131, Windows 10` follows what
//! is observed of authentication events (inferred).

/// A long name ends here (documented).
const MAX: usize = 1024;

/// Names by their mark in the user agent; those that others carry along too come last.
const PROGRAMS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("Boto3/", "Boto3"),
    ("Botocore/", "Botocore"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("Windows NT 10", "Windows 10"),
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Android", "Android"),
    ("Mac OS X", "Mac OS X"),
    ("Macintosh", "Mac OS X"),
    ("macos", "Mac OS X"),
    ("windows", "Windows"),
    ("Linux", "Linux"),
    ("linux", "Linux"),
];

/// The device that a user agent tells of.
pub(super) fn of(agent: Option<&str>) -> String {
    let agent = agent.map(str::trim).unwrap_or_default();
    if agent.is_empty() {
        return "unknown".into();
    }
    let known = PROGRAMS.iter().find_map(|(mark, name)| {
        let (_, rest) = agent.split_once(mark)?;
        Some(format!("{name} {}", major(rest)))
    });
    let program = known.unwrap_or_else(|| {
        // An app names itself first.
        let first = agent.split(' ').next().unwrap_or_default();
        match first.split_once('/') {
            Some((name, version)) => format!("{name} {}", major(version)),
            None => first.to_owned(),
        }
    });
    let system = SYSTEMS.iter().find(|(mark, _)| agent.contains(mark));
    let system = system.map_or("Other", |(_, name)| name);
    let text = format!("{}, {system}", program.trim_end());
    text.chars().filter(char::is_ascii).take(MAX).collect()
}

fn major(version: &str) -> &str {
    let end = version.find(|c: char| !c.is_ascii_digit());
    &version[..end.unwrap_or(version.len())]
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_user_agent_tells_program_and_system() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                       Gecko) Chrome/131.0.0.0 Safari/537.36";
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";
        let cases = [
            (Some(windows), "Chrome 131, Windows 10"),
            (Some(iphone), "Safari 17, iOS"),
            (Some("shop/4.2 (Android 14)"), "shop 4, Android"),
            (
                Some("Boto3/1.44.5 md/Botocore#1.44.5 os/linux"),
                "Boto3 1, Linux",
            ),
            (Some("curl"), "curl, Other"),
            (Some(" "), "unknown"),
            (None, "unknown"),
        ];
        for (agent, device) in cases {
            assert_eq!(super::of(agent), device, "{agent:?}");
        }
        assert!(super::of(Some(&"a".repeat(5000))).len() <= 1024);
    }
}
