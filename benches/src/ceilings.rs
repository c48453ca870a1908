//! What the machine allows: the rates of `openssl speed`, measured in the same minutes as the server.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use crate::Outcome;

/// Whether seconds are those of the clock on the wall or those of the CPU.
#[derive(Clone, Copy)]
pub(crate) enum Seconds {
    Wall,
    Cpu,
}

/// Cores, each of which `openssl speed -multi` keeps busy.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// RSA signatures with 2048 bits a second, on all cores together.
pub(crate) fn signatures(seconds: Seconds) -> Outcome<f64> {
    sum(&speed("rsa2048", "rsa 2048 bits", seconds)?, signatures_in)
}

/// The rate of signing in a line of `openssl speed`: the first number behind the times, which end in `s`.
fn signatures_in(line: &str) -> Option<f64> {
    line.split_whitespace()
        .skip(3)
        .find(|field| !field.ends_with('s'))?
        .parse()
        .ok()
}

/// Exponentiations in the group ffdhe3072 a second, on all cores together.
pub(crate) fn exponentiations(seconds: Seconds) -> Outcome<f64> {
    sum(
        &speed("ffdh3072", "3072 bits ffdh", seconds)?,
        exponentiations_in,
    )
}

/// The rate of exponentiations in a line of `openssl speed`: its last number.
fn exponentiations_in(line: &str) -> Option<f64> {
    line.split_whitespace().last()?.parse().ok()
}

fn sum(lines: &[String], rate_in: fn(&str) -> Option<f64>) -> Outcome<f64> {
    lines
        .iter()
        .map(|line| rate_in(line).ok_or_else(|| unreadable(line).into()))
        .sum()
}

fn unreadable(line: &str) -> String {
    format!("openssl speed printed {line:?}")
}

/// The line of each `openssl speed` that runs: one for the wall's seconds, which `-multi` always counts, one a
/// core for those of the CPU.
fn speed(algorithm: &str, wanted: &str, seconds: Seconds) -> Outcome<Vec<String>> {
    let mut command = Command::new("openssl");
    command
        .args(["speed", "-seconds", "1"])
        .stdin(Stdio::null());
    let processes = match seconds {
        Seconds::Wall => {
            command.args(["-elapsed", "-multi", &cores().to_string()]);
            1
        }
        Seconds::Cpu => cores(),
    };
    command
        .arg(algorithm)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    // Collected before the first is waited for: they run at the same time.
    let children: Vec<_> = (0..processes).map(|_| command.spawn()).collect();
    let mut lines = Vec::new();
    for child in children {
        let output = child.and_then(Child::wait_with_output);
        let output =
            output.map_err(|error| format!("openssl is needed for the ceilings: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let found = text
            .lines()
            .map(str::trim)
            .find(|line| line.starts_with(wanted));
        lines.push(found.ok_or_else(|| unreadable(&text))?.to_owned());
    }
    Ok(lines)
}

/// RS256 signatures a second on all cores by the library that the server signs with, which tells a slow
/// library from a slow server.
pub(crate) fn library_signatures() -> Outcome<f64> {
    const TIME: Duration = Duration::from_secs(1);
    let key = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| "no RSA key was made")?;
    let counts: Vec<u32> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores())
            .map(|_| scope.spawn(|| signatures_of_a_thread(&key, TIME)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_default())
            .collect()
    });
    Ok(counts.into_iter().map(f64::from).sum::<f64>() / TIME.as_secs_f64())
}

fn signatures_of_a_thread(key: &RsaKeyPair, time: Duration) -> u32 {
    let message = [7; 1000];
    let mut signature = vec![0; key.public_modulus_len()];
    let random = SystemRandom::new();
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < time {
        if key
            .sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature)
            .is_ok()
        {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_of_signing_follows_the_times() {
        let cases = [
            // OpenSSL 3.0: sign and verify.
            (
                "rsa 2048 bits 0.000983s 0.000033s   1016.9  29950.2",
                Some(1016.9),
            ),
            // Since 3.2 encryption and decryption too.
            (
                "rsa  2048 bits 0.000491s 0.000014s 0.000015s 0.000493s   2036.7  70000.0  66000.0   2028.4",
                Some(2036.7),
            ),
            ("rsa 2048 bits", None),
        ];
        for (line, expected) in cases {
            assert_eq!(signatures_in(line), expected, "{line}");
        }
    }

    #[test]
    fn the_rate_of_exponentiations_comes_last() {
        assert_eq!(
            exponentiations_in("3072 bits ffdh   0.0009s   1081.5"),
            Some(1081.5)
        );
        assert_eq!(exponentiations_in("3072 bits ffdh"), None);
    }
}
