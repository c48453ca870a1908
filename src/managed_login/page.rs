//! The pages, and where they are.

/// What is done at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Name and password, or the name alone.
    Login,
    /// On with the session that there is, or without.
    Continue,
    /// The password after the name.
    VerifyPassword,
    /// A first factor.
    SelectChallenge,
    /// Back to the choice of a first factor.
    Others,
    /// A passkey.
    Passkey,
    /// A code, of whatever step.
    Code,
    /// A second factor, one to use or one to set up.
    Option,
    /// A phone number or an address that is to become a factor.
    Register,
    /// A new code for it.
    ResendFactor,
    /// Back to the choice of a second factor.
    Back,
    /// A new password in place of a temporary one.
    NewPassword,
    /// A new user.
    SignUp,
    /// The code of a sign-up.
    Confirm,
    /// A new code of a sign-up.
    ResendCode,
    /// A forgotten password.
    ForgotPassword,
    /// The code for it, and a new one.
    ConfirmForgotPassword,
    /// A passkey is made.
    AddPasskey,
}

/// Every path, in small letters. Those of the classic pages and of `verifyPassword` are AWS's; of the others
/// AWS names the operations (`mfa_totp_POST`), and that `_` stands for `/` is inferred. `login/others` and
/// `mfa/email/register` are ours.
const PATHS: [(&str, Page); 26] = [
    ("/login", Page::Login),
    ("/login/continue", Page::Continue),
    ("/login/others", Page::Others),
    ("/login/passkey", Page::Passkey),
    ("/verifypassword", Page::VerifyPassword),
    ("/selectchallenge", Page::SelectChallenge),
    ("/verifycode", Page::Code),
    ("/mfa", Page::Code),
    ("/mfa/totp", Page::Code),
    ("/mfa/phone/verify", Page::Code),
    ("/mfa/options", Page::Option),
    ("/mfaoption", Page::Option),
    ("/mfa/back", Page::Back),
    ("/mfa/phone/register", Page::Register),
    ("/mfa/email/register", Page::Register),
    ("/mfaregister", Page::Register),
    ("/mfa/phone/resendcode", Page::ResendFactor),
    ("/changepassword", Page::NewPassword),
    ("/resetpassword", Page::NewPassword),
    ("/signup", Page::SignUp),
    ("/confirm", Page::Confirm),
    ("/signup/confirm", Page::Confirm),
    ("/resendcode", Page::ResendCode),
    ("/forgotpassword", Page::ForgotPassword),
    ("/confirmforgotpassword", Page::ConfirmForgotPassword),
    ("/passkeys/add", Page::AddPasskey),
];

impl Page {
    /// The page of a path, without a slash at its end, in any case of letters.
    pub fn at(path: &str) -> Option<Self> {
        let found = PATHS
            .iter()
            .find(|(known, _)| path.eq_ignore_ascii_case(known));
        found.map(|(_, page)| *page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_in_any_case() {
        for (path, expected) in [
            ("/login", Some(Page::Login)),
            ("/forgotPassword", Some(Page::ForgotPassword)),
            ("/confirmForgotPassword", Some(Page::ConfirmForgotPassword)),
            ("/mfa/phone/resendCode", Some(Page::ResendFactor)),
            ("/mfa/", None),
            ("/logout", None),
        ] {
            assert_eq!(Page::at(path), expected, "{path}");
        }
    }
}
