//! The header of an import's CSV file: GetCSVHeader, and what an uploaded file's first row must be.

use std::sync::Arc;

use super::csv;
use crate::context::Context;
use crate::error::CognitoError;
use crate::model::cognito_idp::{GetCSVHeaderRequest, GetCSVHeaderResponse};
use crate::store::user_pool::schema::{Schema, SchemaAttribute};

const USERNAME: &str = "cognito:username";

const MFA_ENABLED: &str = "cognito:mfa_enabled";

/// Documented. The longer name was chosen before AWS published one, and is kept; nothing is known of
/// AWS taking it.
const PASSWORD_HASH: [&str; 2] = ["password_hash", "cognito:password_hash"];

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// `cognito:username`.
    Username,
    /// `cognito:mfa_enabled`.
    MfaEnabled,
    /// `password_hash`.
    PasswordHash,
    /// An attribute by its full name.
    Attribute(Arc<str>),
}

impl Column {
    fn named(schema: &Schema, name: &str) -> Option<Self> {
        match name {
            USERNAME => Some(Self::Username),
            MFA_ENABLED => Some(Self::MfaEnabled),
            _ if PASSWORD_HASH.contains(&name) => Some(Self::PasswordHash),
            _ => {
                let known = schema.get(name).filter(|known| is_imported(known))?;
                Some(Self::Attribute(Arc::clone(&known.name)))
            }
        }
    }
}

/// `sub` and `identities` are the service's own (documented by samples of the header).
fn is_imported(attribute: &SchemaAttribute) -> bool {
    !matches!(&*attribute.name, "sub" | "identities")
}

/// Why the first row is no header. The words are Poolhouse's own: AWS's are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderFault {
    /// There is no first row.
    Missing,
    /// A name that is no column of the pool.
    Unknown,
    /// A column stands twice.
    Twice,
    /// A column of the pool is not there.
    Incomplete(String),
    /// The job names an algorithm, and the file has no hashes (documented: the job fails).
    NoHashes,
}

impl HeaderFault {
    /// The job's completion message.
    pub fn message(&self) -> String {
        match self {
            Self::Missing => "The CSV file has no header row.".into(),
            Self::Unknown => {
                "The header of the CSV file has a column that is not in the user pool.".into()
            }
            Self::Twice => "The header of the CSV file has a column twice.".into(),
            Self::Incomplete(name) => {
                format!("The header of the CSV file does not have the column {name}.")
            }
            Self::NoHashes => {
                "The header of the CSV file does not have the column password_hash.".into()
            }
        }
    }
}

/// Every column of a pool's template.
fn names(schema: &Schema) -> Vec<String> {
    schema
        .iter()
        .filter(|attribute| is_imported(attribute))
        .map(|attribute| attribute.name.to_string())
        .chain([MFA_ENABLED, USERNAME].map(Into::into))
        .collect()
}

/// Reads the header: the pool's columns in any order, each once.
///
/// All columns must be there (documented). The guide's sample of a file with password hashes leaves
/// most away, so that a job with an algorithm needs only the username and the hash (inferred).
///
/// # Errors
/// What is wrong with it; the job fails then.
pub fn read(schema: &Schema, row: &str, with_hashes: bool) -> Result<Vec<Column>, HeaderFault> {
    let mut columns: Vec<Column> = Vec::new();
    for name in csv::values(row) {
        let column = Column::named(schema, &name).ok_or(HeaderFault::Unknown)?;
        if columns.contains(&column) {
            return Err(HeaderFault::Twice);
        }
        columns.push(column);
    }
    if with_hashes && !columns.contains(&Column::PasswordHash) {
        return Err(HeaderFault::NoHashes);
    }
    let missing = names(schema).into_iter().find(|name| {
        let needed = !with_hashes || name == USERNAME;
        needed && Column::named(schema, name).is_some_and(|column| !columns.contains(&column))
    });
    missing.map_or(Ok(columns), |name| Err(HeaderFault::Incomplete(name)))
}

/// `GetCSVHeader`. The hash column is in no sample of its answer, and so is left out.
///
/// # Errors
/// An unknown pool.
pub fn get_csv_header(
    cx: &Context,
    req: GetCSVHeaderRequest,
) -> Result<GetCSVHeaderResponse, CognitoError> {
    let settings = cx.pool(&req.user_pool_id)?.settings();
    Ok(GetCSVHeaderResponse {
        user_pool_id: Some(req.user_pool_id),
        csv_header: Some(names(&settings.schema)),
    })
}
