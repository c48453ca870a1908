//! An authority on disk, so that what trusts it trusts it over restarts: `ca-key.pem` has its key and its
//! certificate, for the owner's eyes alone, and `ca.pem` the certificate, to be handed round.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::{fmt, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tracing::warn;

use super::authority::{Authority, Key, now};
use crate::crypto::x509::Certificate;

const KEY: &str = "ca-key.pem";
const CERTIFICATE: &str = "ca.pem";

/// Longer than any file of ours.
const LONGEST: u64 = 256 * 1024;

/// How long before its end an authority is told to be old.
const OLD_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Why a directory's authority is not to be had.
#[derive(Debug, PartialEq, Eq)]
pub struct AuthorityError {
    path: PathBuf,
    fault: String,
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--tls-dir: {}: {}", self.path.display(), self.fault)
    }
}

impl std::error::Error for AuthorityError {}

fn at<E: fmt::Display>(path: &Path) -> impl Fn(E) -> AuthorityError + '_ {
    move |fault| AuthorityError {
        path: path.to_owned(),
        fault: fault.to_string(),
    }
}

/// The authority of a directory, which is made where there is none: it may vouch for what this server serves
/// and for `hosts`.
pub(super) fn authority(directory: &Path, hosts: &[String]) -> Result<Authority, AuthorityError> {
    let path = directory.join(KEY);
    let found = read(&path).map_err(at(&path))?;
    let authority = match found {
        Some(text) => parse(&path, &text)?,
        None => {
            make_directory(directory).map_err(at(directory))?;
            let text = made(hosts).map_err(at(&path))?;
            // Servers that start at once agree on the one that was there first.
            match put_new(&path, text.as_bytes()).map_err(at(&path))? {
                true => parse(&path, &text)?,
                false => parse(&path, &read(&path).map_err(at(&path))?.unwrap_or_default())?,
            }
        }
    };
    show(directory, &authority)?;
    Ok(authority)
}

fn made(hosts: &[String]) -> Result<String, String> {
    let authority = Authority::limited(hosts)?;
    let key = authority.key().pkcs8()?;
    let key = pem("PRIVATE KEY", key.secret_pkcs8_der());
    Ok(key + &pem("CERTIFICATE", authority.certificate()))
}

fn parse(path: &Path, text: &str) -> Result<Authority, AuthorityError> {
    let wrong = |fault: &str| AuthorityError {
        path: path.to_owned(),
        fault: format!("{fault}; delete the file to have a new authority made, and trust that one"),
    };
    let key = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes()).ok();
    let key = key.and_then(|key| Key::read(key.secret_pkcs8_der()));
    let key = key.ok_or_else(|| wrong("it has no key that Poolhouse made"))?;
    let certificate = CertificateDer::from_pem_slice(text.as_bytes());
    let certificate = certificate.map_err(|_| wrong("it has no certificate"))?;
    let read = Certificate::read(&certificate).ok_or_else(|| wrong("it has no certificate"))?;
    if read.public_key != rcgen::PublicKeyData::subject_public_key_info(&key) {
        return Err(wrong("its certificate is of another key"));
    }
    let left = read.not_after - now().unix_timestamp();
    if left <= 0 {
        return Err(wrong("its certificate has expired"));
    }
    if left < OLD_SECONDS {
        warn!(
            path = %path.display(),
            days = left / (24 * 60 * 60),
            "the certificate of the authority expires soon"
        );
    }
    Authority::kept(key, certificate.into_owned()).map_err(|fault| wrong(&fault))
}

/// Writes the certificate where it is not there as it is.
fn show(directory: &Path, authority: &Authority) -> Result<(), AuthorityError> {
    let path = directory.join(CERTIFICATE);
    let text = pem("CERTIFICATE", authority.certificate());
    if fs::read(&path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(());
    }
    // Whoever reads it meanwhile reads the old one or the new one.
    let put = || {
        let (passing, mut file) = passing_file(&path, false)?;
        file.write_all(text.as_bytes())
            .and_then(|()| fs::rename(&passing, &path))
            .inspect_err(|_| drop(fs::remove_file(&passing)))
    };
    put().map_err(at(&path))
}

/// The text of a file; none where there is none.
fn read(path: &Path) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    warn_of_readers(path, &file);
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text)?;
    Ok(Some(text))
}

#[cfg(unix)]
fn warn_of_readers(path: &Path, file: &File) {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = file
        .metadata()
        .map(|metadata| metadata.permissions().mode());
    if mode.is_ok_and(|mode| mode & 0o077 != 0) {
        warn!(
            path = %path.display(),
            "others than its owner may read the key of the authority: chmod 600 keeps it"
        );
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_: &Path, _: &File) {}

fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Writes a file for its owner alone, whole or not at all; `false` where there is one.
fn put_new(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let (passing, mut file) = passing_file(path, true)?;
    let put = file.write_all(bytes).and_then(|()| file.sync_all());
    // A link, unlike a renaming, takes nothing's place.
    let put = put.and_then(|()| fs::hard_link(&passing, path));
    let _ = fs::remove_file(&passing);
    match put {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// A new file beside another one, of this process.
fn passing_file(beside: &Path, is_secret: bool) -> io::Result<(PathBuf, File)> {
    let path = beside.with_extension(format!("{}.new", std::process::id()));
    // One that a process of this number left behind.
    let _ = fs::remove_file(&path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    let file = options.open(&path)?;
    Ok((path, file))
}

/// DER as text (RFC 7468).
pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str(&format!("-----END {label}-----\n"));
    pem
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory that goes with the test.
    struct Directory(PathBuf);

    impl Directory {
        fn new(name: &str) -> Self {
            let name = format!("poolhouse-tls-{name}-{}", std::process::id());
            Self(std::env::temp_dir().join(name))
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn refusal(directory: &Path) -> String {
        match authority(directory, &[]) {
            Ok(_) => panic!("the directory is refused"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn an_authority_is_made_once() {
        let directory = Directory::new("once");
        let first = authority(&directory.0, &[]).unwrap();
        let shown = fs::read_to_string(directory.0.join(CERTIFICATE)).unwrap();
        assert_eq!(shown, pem("CERTIFICATE", first.certificate()));
        // Its certificate is shown again where somebody deleted it.
        fs::remove_file(directory.0.join(CERTIFICATE)).unwrap();
        let again = authority(&directory.0, &[]).unwrap();
        assert_eq!(again.certificate(), first.certificate());
        let shown_again = fs::read_to_string(directory.0.join(CERTIFICATE)).unwrap();
        assert_eq!(shown_again, shown);
        assert!(!shown.contains("PRIVATE"));
        let left: Vec<_> = fs::read_dir(&directory.0).unwrap().collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }

    #[test]
    fn servers_that_start_at_once_agree() {
        let directory = Directory::new("agree");
        let path = directory.0.join(KEY);
        fs::create_dir_all(&directory.0).unwrap();
        let first = made(&[]).unwrap();
        assert!(put_new(&path, first.as_bytes()).unwrap());
        assert!(!put_new(&path, made(&[]).unwrap().as_bytes()).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), first);
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = Directory::new("owner");
        authority(&directory.0, &[]).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&directory.0), 0o700);
        assert_eq!(mode(&directory.0.join(KEY)), 0o600);
    }

    #[test]
    fn files_that_are_none_of_ours_are_refused_and_left_alone() {
        let directory = Directory::new("refused");
        fs::create_dir_all(&directory.0).unwrap();
        let path = directory.0.join(KEY);
        let (one, other) = (made(&[]).unwrap(), made(&[]).unwrap());
        let half = |text: &str, label: &str| {
            let at = text.find(&format!("-----BEGIN {label}")).unwrap();
            let end = format!("-----END {label}-----\n");
            let length = text[at..].find(&end).unwrap() + end.len();
            text[at..at + length].to_owned()
        };
        let rows = [
            (String::new(), "no key that Poolhouse made"),
            (
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".into(),
                "no key that",
            ),
            (half(&one, "PRIVATE KEY"), "no certificate"),
            (
                half(&one, "PRIVATE KEY") + &half(&other, "CERTIFICATE"),
                "of another key",
            ),
        ];
        for (text, expected) in rows {
            fs::write(&path, &text).unwrap();
            let told = refusal(&directory.0);
            assert!(told.contains(expected), "{told}");
            assert!(
                told.contains("ca-key.pem") && told.contains("delete the file"),
                "{told}"
            );
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(refusal(&directory.0).contains("ca-key.pem"));
    }
}
