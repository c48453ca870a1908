//! Names of members whose values are passwords, tokens, secrets or codes: what stands between them and whoever
//! reads a report or the journal.

/// Members whose texts are secrets, at any depth below them.
const SECRET: [&str; 43] = [
    // The tables of the service models; a test compares them.
    "AccessToken",
    "ActorToken",
    "ClientSecret",
    "ClientSecretValue",
    "Code",
    "ConfirmationCode",
    "FeedbackToken",
    "IdToken",
    "IssuedToken",
    "LastIPAddress",
    "Logins",
    "Password",
    "PasswordVerifier",
    "PreSignedUrl",
    "PreviousPassword",
    "ProposedPassword",
    "RefreshToken",
    "Secret",
    "SecretCode",
    "SecretHash",
    "SecretKey",
    "Session",
    "SessionToken",
    "SubjectToken",
    "TemporaryPassword",
    "Token",
    "UserCode",
    // Answers of the token endpoint, and of pages (RFC 6749, 5.1 and 4.1.2).
    "access_token",
    "authorization",
    "client_secret",
    "code",
    "code_verifier",
    "cookie",
    "cookies",
    "device_secret",
    "id_token",
    "password",
    "private_key",
    "refresh_token",
    "set-cookie",
    "token",
    // The test API's messages.
    "temporaryPassword",
    "secret",
];

/// Parts of a parameter's name that make it a secret: of AuthParameters, ChallengeParameters and
/// ChallengeResponses, whose names are in capitals.
const SECRET_PARTS: [&str; 4] = ["CODE", "PASSWORD", "SECRET", "TOKEN"];

/// What of these tells only where a code went.
const DELIVERY: &str = "CODE_DELIVERY";

/// Whether what a member of this name holds is a password, a token or a secret.
pub(crate) fn is_secret(member: &str) -> bool {
    let parameter = || {
        !member.bytes().any(|byte| byte.is_ascii_lowercase())
            && !member.starts_with(DELIVERY)
            && SECRET_PARTS.iter().any(|part| member.contains(part))
    };
    SECRET.contains(&member) || parameter()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Members of these types are the secrets of the service models; the rest of a map of secrets is told by its
    /// names.
    #[test]
    fn secrets_are_those_of_the_tables() {
        let tables = [
            include_str!("cognito_idp.rs"),
            include_str!("cognito_identity.rs"),
        ];
        let mut members = BTreeSet::new();
        for line in tables.iter().flat_map(|table| table.lines()) {
            let mut parts = line.split('"');
            let (Some(_), Some(member), Some(rest)) = (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let kind = rest.split_whitespace().nth(2).unwrap_or_default();
            if kind.trim_end_matches(';') == "Secret" {
                members.insert(member);
            }
        }
        assert!(members.len() > 20, "{members:?}");
        for member in &members {
            assert!(SECRET.contains(member), "{member} is a secret");
        }
        let of_tables = SECRET
            .iter()
            .filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
        for name in of_tables.filter(|name| **name != "Logins") {
            assert!(members.contains(name), "no table has the secret {name}");
        }
    }

    #[test]
    fn parameters_are_told_by_their_names() {
        for name in [
            "PASSWORD",
            "NEW_PASSWORD",
            "SECRET_HASH",
            "REFRESH_TOKEN",
            "SMS_MFA_CODE",
            "SOFTWARE_TOKEN_MFA_CODE",
            "PASSWORD_CLAIM_SIGNATURE",
            "client_secret",
            "temporaryPassword",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "USERNAME",
            "USER_ID_FOR_SRP",
            "CODE_DELIVERY_DESTINATION",
            "SRP_B",
            "SALT",
            "DEVICE_KEY",
            "TokenType",
            "token_type",
            "expires_in",
            "email",
            "Username",
            "",
            "1",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
