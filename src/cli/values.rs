//! What the values of flags may be, and what is right in place of one that may not.

use std::time::Duration;

use super::replay::EndpointArgument;
use crate::clock::Timestamp;
use crate::context::ProviderEndpoint;
use crate::http::Host;
use crate::outbound::Url;
use crate::store::user_pool::code::FixedCode;

pub(super) fn parse_host(text: &str) -> Result<Host, String> {
    Host::parse(text).ok_or_else(|| "give an IP address or localhost".to_owned())
}

pub(super) fn parse_code(text: &str) -> Result<FixedCode, String> {
    FixedCode::parse(text).ok_or_else(|| "give six digits, such as 123456".to_owned())
}

pub(super) fn parse_time(text: &str) -> Result<Timestamp, String> {
    let moment = Timestamp::parse_rfc3339(text)
        .ok_or_else(|| "give a date and time such as 2026-01-31T12:00:00Z".to_owned())?;
    if moment < Timestamp(0) {
        return Err("the clock runs from 1970 to 9999".to_owned());
    }
    Ok(moment)
}

/// `NAME=WHERE`.
pub(super) fn parse_provider_endpoint(text: &str) -> Result<(String, ProviderEndpoint), String> {
    const TAKES: &str = "give NAME=stand-in, NAME=real, or NAME=URL of an issuer, such as \
                         Google=http://localhost:8080/google";
    let (name, place) = text.split_once('=').ok_or(TAKES)?;
    if name.is_empty() {
        return Err(TAKES.to_owned());
    }
    let endpoint = match place {
        "stand-in" => ProviderEndpoint::StandIn,
        "real" => ProviderEndpoint::Real,
        url => {
            Url::parse(url).map_err(|fault| format!("{fault}; {TAKES}"))?;
            ProviderEndpoint::Issuer(url.trim_end_matches('/').to_owned())
        }
    };
    Ok((name.to_owned(), endpoint))
}

/// `aws`, or where a server is.
pub(super) fn parse_endpoint(text: &str) -> Result<EndpointArgument, String> {
    if text.eq_ignore_ascii_case("aws") {
        return Ok(EndpointArgument::Aws);
    }
    let url = Url::parse(text)
        .map_err(|fault| format!("{fault}; give aws, or a URL such as http://localhost:9229"))?;
    match url.path_and_query() {
        "/" => Ok(EndpointArgument::Url(url)),
        _ => Err("give scheme and host alone, such as http://localhost:9229".to_owned()),
    }
}

/// A host with a scheme, perhaps a port, and perhaps a path; a slash at the end is cut.
pub(super) fn parse_public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"));
    let (authority, path) =
        rest.map_or(("", ""), |rest| rest.split_once('/').unwrap_or((rest, "")));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_path = path.is_empty()
        || path
            .split('/')
            .all(|part| !part.is_empty() && part.bytes().all(plain) && !part.starts_with('.'));
    if crate::http::is_authority(authority) && is_path {
        Ok(url.to_owned())
    } else {
        Err(
            "give scheme and host, and a path where a proxy takes one off, such as \
             http://cognito.test:9229 or https://app.test/cognito"
                .to_owned(),
        )
    }
}

/// A name or an address, without a port.
pub(super) fn parse_tls_host(text: &str) -> Result<String, String> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let is_address = bare.parse::<std::net::IpAddr>().is_ok();
    let is_name = !text.contains(':') && crate::http::is_authority(text);
    match is_address || is_name {
        true => Ok(bare.to_ascii_lowercase()),
        false => Err("give a name or an IP address, such as cognito.company.net".to_owned()),
    }
}

/// An origin as browsers write it (RFC 6454, 6.2), `null` for pages without one, or `*`; a slash at the
/// end is cut.
pub(super) fn parse_origin(text: &str) -> Result<String, String> {
    let is_origin = |text: &str| {
        text.split_once("://")
            .is_some_and(|(scheme, host)| !scheme.is_empty() && crate::http::is_authority(host))
    };
    let origin = text.strip_suffix('/').unwrap_or(text);
    match text {
        "*" | "null" | "file://" => Ok(text.to_owned()),
        _ if is_origin(origin) => Ok(origin.to_owned()),
        _ => Err("give scheme and host, such as http://app.test:3000, or null or *".to_owned()),
    }
}

/// A number of bytes: `4096`, `32KiB`, `4MiB`.
pub(super) fn parse_size(text: &str) -> Result<usize, String> {
    let (digits, unit) = text.split_at(
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len()),
    );
    let factor = match unit.trim() {
        "" | "B" => Some(1),
        "KiB" => Some(1024),
        "MiB" => Some(1024 * 1024),
        "GiB" => Some(1024 * 1024 * 1024),
        _ => None,
    };
    let number: Option<usize> = digits.parse().ok();
    number
        .zip(factor)
        .and_then(|(number, factor)| number.checked_mul(factor))
        .ok_or_else(|| "give a size such as 4096, 32KiB or 4MiB".to_owned())
}

/// A kibibyte holds the least calls.
pub(super) fn parse_body_size(text: &str) -> Result<usize, String> {
    parse_size(text).and_then(|size| at_least(size, 1024, "1KiB"))
}

/// A signed request of an SDK has headers of some two kibibytes.
pub(super) fn parse_header_size(text: &str) -> Result<usize, String> {
    parse_size(text).and_then(|size| at_least(size, 4096, "4KiB"))
}

fn at_least(size: usize, least: usize, shown: &str) -> Result<usize, String> {
    if size < least {
        return Err(format!("give at least {shown}"));
    }
    Ok(size)
}

/// Above nothing, for a server without patience answers nobody.
pub(super) fn parse_patience(text: &str) -> Result<Duration, String> {
    parse_wait(text).and_then(|time| match time {
        Duration::ZERO => Err("give a time above 0".to_owned()),
        time => Ok(time),
    })
}

/// No more than a year, so that it can be added to any moment.
pub(super) fn parse_wait(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    match humantime::parse_duration(text) {
        Ok(time) if time <= YEAR => Ok(time),
        Ok(_) => Err("give a time of at most 365 days".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

pub(super) fn parse_messages(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..) => Ok(count),
        _ => Err("give a number from 1 on".to_owned()),
    }
}

/// At least one, and no more than tokio's semaphores count.
pub(super) fn parse_count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=1_000_000) => Ok(count),
        _ => Err("give a number from 1 to 1000000".to_owned()),
    }
}
