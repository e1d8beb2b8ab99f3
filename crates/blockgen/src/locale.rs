//! Languages and countries: which tables the text kinds draw from.
//!
//! ```text
//! spec ──locale──▶ LocaleChoice ──compile──▶ Locales ──of(row)──▶ which of them
//!                                               └─▶ each Locale ──tables()──▶ Tables
//! ```

mod choice;
mod given_names;
mod tables;

use fake::locales::{
    AR_SA, CY_GB, DE_DE, EN, FA_IR, FR_FR, IT_IT, JA_JP, NL_NL, PT_BR, PT_PT, TR_TR, ZH_CN, ZH_TW,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::choice::LocaleChoice;
pub(crate) use self::choice::Locales;
pub(crate) use self::given_names::Gender;
pub(crate) use self::tables::Tables;

/// A language and, where it matters, the country it is spoken in. The tables are those of the
/// `fake` crate; what a locale has no table for is taken from English.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Locale {
    /// `en`: English, United States of America.
    #[default]
    En,
    /// `ar_sa`: Arabic, Saudi Arabia.
    ArSa,
    /// `cy_gb`: Welsh, Great Britain.
    CyGb,
    /// `de_de`: German, Germany.
    DeDe,
    /// `fa_ir`: Persian, Iran.
    FaIr,
    /// `fr_fr`: French, France.
    FrFr,
    /// `it_it`: Italian, Italy.
    ItIt,
    /// `ja_jp`: Japanese, Japan.
    JaJp,
    /// `nl_nl`: Dutch, Netherlands.
    NlNl,
    /// `pt_br`: Portuguese, Brazil.
    PtBr,
    /// `pt_pt`: Portuguese, Portugal.
    PtPt,
    /// `tr_tr`: Turkish, Türkiye.
    TrTr,
    /// `zh_cn`: Chinese in simplified characters, China.
    ZhCn,
    /// `zh_tw`: Chinese in traditional characters, Taiwan.
    ZhTw,
}

impl Locale {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 14] = [
        Self::En,
        Self::ArSa,
        Self::CyGb,
        Self::DeDe,
        Self::FaIr,
        Self::FrFr,
        Self::ItIt,
        Self::JaJp,
        Self::NlNl,
        Self::PtBr,
        Self::PtPt,
        Self::TrTr,
        Self::ZhCn,
        Self::ZhTw,
    ];

    /// The name by which a spec calls it, such as `fr_fr`.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ArSa => "ar_sa",
            Self::CyGb => "cy_gb",
            Self::DeDe => "de_de",
            Self::FaIr => "fa_ir",
            Self::FrFr => "fr_fr",
            Self::ItIt => "it_it",
            Self::JaJp => "ja_jp",
            Self::NlNl => "nl_nl",
            Self::PtBr => "pt_br",
            Self::PtPt => "pt_pt",
            Self::TrTr => "tr_tr",
            Self::ZhCn => "zh_cn",
            Self::ZhTw => "zh_tw",
        }
    }

    pub(crate) fn tables(self) -> &'static Tables {
        static TABLES: [Tables; Locale::ALL.len()] = [
            Tables::of::<EN>(Locale::En),
            Tables::of::<AR_SA>(Locale::ArSa),
            Tables::of::<CY_GB>(Locale::CyGb),
            Tables::of::<DE_DE>(Locale::DeDe),
            Tables::of::<FA_IR>(Locale::FaIr),
            Tables::of::<FR_FR>(Locale::FrFr),
            Tables::of::<IT_IT>(Locale::ItIt),
            Tables::of::<JA_JP>(Locale::JaJp),
            Tables::of::<NL_NL>(Locale::NlNl),
            Tables::of::<PT_BR>(Locale::PtBr),
            Tables::of::<PT_PT>(Locale::PtPt),
            Tables::of::<TR_TR>(Locale::TrTr),
            Tables::of::<ZH_CN>(Locale::ZhCn),
            Tables::of::<ZH_TW>(Locale::ZhTw),
        ];
        &TABLES[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_tables_belong_to_their_locales() {
        for (i, locale) in Locale::ALL.into_iter().enumerate() {
            assert_eq!(locale as usize, i);
            assert_eq!(locale.tables().locale, locale);
            let name = serde_json::to_string(&locale).unwrap();
            assert_eq!(name, format!("\"{}\"", locale.name()));
        }
    }
}
