//! Where a report goes, or a file that is written anew. It is written beside its place and moved there whole, so that nobody reads half of it,
//! and an older one stays until then.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A place that can be written to.
pub(super) enum Place {
    /// Standard output.
    Output,
    /// What is no file of a directory, such as a pipe: nothing can be moved there.
    Stream(PathBuf, File),
    File(Beside),
}

/// A file beside the one that it takes the place of in the end.
pub(super) struct Beside {
    file: File,
    path: PathBuf,
    /// As it was named.
    named: PathBuf,
    /// Behind symbolic links.
    real: PathBuf,
}

impl Drop for Beside {
    fn drop(&mut self) {
        // It is gone if it was moved.
        let _ = fs::remove_file(&self.path);
    }
}

impl Place {
    /// Takes the place of a file; none is standard output.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub(super) fn take(file: Option<&Path>) -> io::Result<Self> {
        let Some(file) = file else {
            return Ok(Self::Output);
        };
        Self::at(file)
    }

    fn at(file: &Path) -> io::Result<Self> {
        let known = match fs::metadata(file) {
            Ok(known) => Some(known),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let (real, rights) = match known {
            // A link to nothing is replaced.
            None => (file.to_owned(), None),
            Some(known) => {
                let opened = OpenOptions::new().write(true).open(file)?;
                if !known.is_file() {
                    return Ok(Self::Stream(file.to_owned(), opened));
                }
                (fs::canonicalize(file)?, Some(known.permissions()))
            }
        };
        let name = real
            .file_name()
            .ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))?;
        let name = format!(".{}.{}", name.to_string_lossy(), std::process::id());
        let path = real.with_file_name(name);
        let file_beside = File::create(&path)?;
        let beside = Beside {
            file: file_beside,
            path,
            named: file.to_owned(),
            real,
        };
        if let Some(rights) = rights {
            beside.file.set_permissions(rights)?;
        }
        Ok(Self::File(beside))
    }

    /// Whether another goes to the same place.
    pub(super) fn is_that_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Output, Self::Output) => true,
            (Self::Stream(one, _), Self::Stream(other, _)) => one == other,
            (Self::File(one), Self::File(other)) => one.path == other.path,
            _ => false,
        }
    }

    /// Whether it is one of these files.
    pub(super) fn is_among<'f>(&self, mut files: impl Iterator<Item = &'f Path>) -> bool {
        match self {
            Self::File(beside) => files.any(|file| {
                let file = fs::canonicalize(file);
                file.is_ok_and(|file| file == beside.real)
            }),
            Self::Output | Self::Stream(..) => false,
        }
    }

    /// Writes what is to be there. Of a file nothing is seen before it is shown.
    pub(super) fn write(&mut self, whole: &[u8], out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Output => out.write_all(whole),
            Self::Stream(_, stream) => stream.write_all(whole),
            Self::File(beside) => beside.file.write_all(whole),
        }
    }

    /// Shows what was written.
    pub(super) fn show(self) -> io::Result<()> {
        match self {
            Self::Output | Self::Stream(..) => Ok(()),
            Self::File(beside) => fs::rename(&beside.path, &beside.real),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output => f.write_str("standard output"),
            Self::Stream(path, _) => path.display().fmt(f),
            Self::File(beside) => beside.named.display().fmt(f),
        }
    }
}
