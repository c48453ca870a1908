//! What a user agent tells of: browser or app, and operating system.
//!
//! The form `Chrome 131, Windows 10` is documented by samples of authentication events; that the
//! DeviceType of a session has it too is inferred, as are the rules.

/// A long name ends here (documented, of sessions).
const MAX: usize = 1024;

/// What stands for a program or system that is not known.
const OTHER: &str = "Other";

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

/// The DeviceType of a session (documented is what it is made from, and `unknown`).
pub fn device_type(agent: Option<&str>) -> String {
    let agent = agent.map(str::trim).unwrap_or_default();
    if agent.is_empty() {
        return "unknown".into();
    }
    let program = program(agent).unwrap_or_else(|| {
        // An app names itself first.
        let first = agent.split(' ').next().unwrap_or_default();
        match first.split_once('/') {
            Some((name, version)) => format!("{name} {}", major(version)),
            None => first.to_owned(),
        }
    });
    let text = format!("{}, {}", program.trim_end(), system(agent));
    text.chars().filter(char::is_ascii).take(MAX).collect()
}

/// The DeviceName of an authentication event.
pub fn device_name(agent: Option<&str>) -> String {
    let agent = agent.unwrap_or_default();
    let program = program(agent);
    let program = program.as_deref().unwrap_or(OTHER);
    format!("{program}, {}", system(agent))
}

/// A program that is known, and its major version.
fn program(agent: &str) -> Option<String> {
    PROGRAMS.iter().find_map(|(mark, name)| {
        let (_, rest) = agent.split_once(mark)?;
        Some(format!("{name} {}", major(rest)))
    })
}

fn system(agent: &str) -> &'static str {
    let known = SYSTEMS.iter().find(|(mark, _)| agent.contains(mark));
    known.map_or(OTHER, |(_, name)| name)
}

/// No version has more than nine digits.
fn major(version: &str) -> &str {
    let end = version
        .bytes()
        .take(9)
        .take_while(u8::is_ascii_digit)
        .count();
    version.get(..end).unwrap_or_default()
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
            assert_eq!(
                crate::user_pool::threat_protection::user_agent::device_type(agent),
                device,
                "{agent:?}"
            );
        }
        assert_eq!(
            crate::user_pool::threat_protection::user_agent::device_name(Some(iphone)),
            "Safari 17, iOS"
        );
        assert_eq!(
            crate::user_pool::threat_protection::user_agent::device_name(Some("curl")),
            "Other, Other"
        );
        assert_eq!(
            crate::user_pool::threat_protection::user_agent::device_name(None),
            "Other, Other"
        );
        assert!(
            crate::user_pool::threat_protection::user_agent::device_type(Some(&"a".repeat(5000)))
                .len()
                <= 1024
        );
    }
}
