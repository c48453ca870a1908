//! The languages of managed login (documented: "Managed login localization", developer guide).

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    De,
    #[default]
    En,
    Es,
    Fr,
    Id,
    It,
    Ja,
    Ko,
    Nl,
    PtBr,
    ZhCn,
    ZhTw,
}

impl Language {
    /// All of them, by their codes.
    pub const ALL: [Self; 12] = [
        Self::De,
        Self::En,
        Self::Es,
        Self::Fr,
        Self::Id,
        Self::It,
        Self::Ja,
        Self::Ko,
        Self::Nl,
        Self::PtBr,
        Self::ZhCn,
        Self::ZhTw,
    ];

    /// The language of this code, whatever its letter case; none for a foreign one.
    pub fn parse(code: &str) -> Option<Self> {
        let is_it = |language: &Self| language.code().eq_ignore_ascii_case(code);
        Self::ALL.into_iter().find(is_it)
    }

    /// Its code, as `lang` and HTML have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Es => "es",
            Self::Fr => "fr",
            Self::Id => "id",
            Self::It => "it",
            Self::Ja => "ja",
            Self::Ko => "ko",
            Self::Nl => "nl",
            Self::PtBr => "pt-BR",
            Self::ZhCn => "zh-CN",
            Self::ZhTw => "zh-TW",
        }
    }

    /// What those who speak it call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::De => "Deutsch",
            Self::En => "English",
            Self::Es => "Español",
            Self::Fr => "Français",
            Self::Id => "Bahasa Indonesia",
            Self::It => "Italiano",
            Self::Ja => "日本語",
            Self::Ko => "한국어",
            Self::Nl => "Nederlands",
            Self::PtBr => "Português (Brasil)",
            Self::ZhCn => "简体中文",
            Self::ZhTw => "繁體中文",
        }
    }

    /// The key of its links in a terms document (documented).
    pub fn terms_key(self) -> &'static str {
        match self {
            Self::De => "cognito:german",
            Self::En => "cognito:english",
            Self::Es => "cognito:spanish",
            Self::Fr => "cognito:french",
            Self::Id => "cognito:bahasa-indonesia",
            Self::It => "cognito:italian",
            Self::Ja => "cognito:japanese",
            Self::Ko => "cognito:korean",
            Self::Nl => "cognito:dutch",
            Self::PtBr => "cognito:portuguese-brazil",
            Self::ZhCn => "cognito:chinese-simplified",
            Self::ZhTw => "cognito:chinese-traditional",
        }
    }
}
