//! What the pages say, in every language that they speak. The words are ours; AWS's stand in the pages of
//! the classic look, which speaks English only (observed).
//!
//! A language is one constant of [`Texts`], so that none lacks a sentence. `{}` stands for what is filled in.

mod de;
mod en;
mod es;
mod fr;
mod id;
mod it;
mod ja;
mod ko;
mod nl;
mod pt_br;
mod zh_cn;
mod zh_tw;

use super::language::Language;

/// Declares [`Texts`] and, for tests, a list of what a language says.
macro_rules! texts {
    ($($name:ident),+ $(,)?) => {
        /// The sentences of one language, by what they are for.
        pub struct Texts {
            $(pub $name: &'static str,)+
        }

        #[cfg(test)]
        impl Texts {
            /// Every sentence with its name.
            pub(super) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name)),+]
            }
        }
    };
}

texts! {
    // Signing in.
    sign_in, sign_in_intro, username, email, phone, email_or_phone, username_or_email, username_or_phone,
    any_name, password, next, forgot_link, new_here, create_account, or, continue_with, corporate_intro,
    corporate_email, password_title, signing_in_as, not_you,
    // First factors.
    choose_title, choose_intro, with_password, with_passkey, with_email_code, with_sms_code, other_ways,
    passkey_title, passkey_intro, passkey_try, passkey_needs_script, passkey_failed,
    // A session that goes on.
    picker_title, picker_intro, continue_as, other_account,
    // Signing up.
    sign_up, sign_up_intro, have_account, repeat_password, policy_intro, policy_length, policy_lower,
    policy_upper, policy_digit, policy_symbol, optional, terms_both, terms_of_use, privacy_policy,
    confirm_title, confirm_email, confirm_sms, code, confirm, no_code, resend, resent, confirmed,
    // Passwords.
    forgot_title, forgot_intro, forgot_button, reset_title, reset_email, reset_sms, new_password,
    new_password_title, new_password_intro, change_password, back_to_sign_in, passwords_differ, changed,
    // Second factors.
    code_title, code_email, code_sms, code_totp, mfa_title, mfa_intro, mfa_email, mfa_sms, mfa_totp,
    setup_title, setup_intro, email_title, email_intro, phone_title, phone_intro, send_code, totp_title,
    totp_scan, totp_enter, secret_show, secret_hint, qr_name, back,
    // Passkeys.
    passkey_add_title, passkey_add_intro, passkey_add, not_now,
    // What goes wrong.
    wrong_title, wrong_text, error_page, unavailable, option_gone, expired, try_again, incorrect, disabled,
    code_wrong, code_expired, too_many,
    // Around it.
    language, name, given_name, family_name, middle_name, nickname, preferred_username, profile, picture,
    website, gender, birthdate, zoneinfo, locale, address,
}

impl Language {
    /// What the pages say in it.
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::De => &de::TEXTS,
            Self::En => &en::TEXTS,
            Self::Es => &es::TEXTS,
            Self::Fr => &fr::TEXTS,
            Self::Id => &id::TEXTS,
            Self::It => &it::TEXTS,
            Self::Ja => &ja::TEXTS,
            Self::Ko => &ko::TEXTS,
            Self::Nl => &nl::TEXTS,
            Self::PtBr => &pt_br::TEXTS,
            Self::ZhCn => &zh_cn::TEXTS,
            Self::ZhTw => &zh_tw::TEXTS,
        }
    }
}

/// `text` with `value` in place of its `{}`.
pub fn fill(text: &str, value: &str) -> String {
    text.replacen("{}", value, 1)
}

impl Texts {
    /// What an attribute is called; one that has no name here goes by its own.
    pub fn attribute<'a>(&self, name: &'a str) -> &'a str {
        match name {
            "email" => self.email,
            "phone_number" => self.phone,
            "name" => self.name,
            "given_name" => self.given_name,
            "family_name" => self.family_name,
            "middle_name" => self.middle_name,
            "nickname" => self.nickname,
            "preferred_username" => self.preferred_username,
            "profile" => self.profile,
            "picture" => self.picture,
            "website" => self.website,
            "gender" => self.gender,
            "birthdate" => self.birthdate,
            "zoneinfo" => self.zoneinfo,
            "locale" => self.locale,
            "address" => self.address,
            other => other.strip_prefix("custom:").unwrap_or(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_and_fills_in_the_same() {
        let english = Language::En.texts().all();
        for language in Language::ALL {
            for ((name, text), (_, english)) in language.texts().all().into_iter().zip(&english) {
                assert!(!text.trim().is_empty(), "{language:?} {name}");
                let holes = |text: &str| text.matches("{}").count();
                assert_eq!(holes(text), holes(english), "{language:?} {name}: {text}");
                assert!(!text.contains(['<', '>']), "{language:?} {name}: {text}");
            }
        }
    }
}
