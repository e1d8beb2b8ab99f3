//! The tables of the `fake` crate as values, so that a kind is written once for all locales.

use fake::locales::Data;

use super::Locale;

type Texts = &'static [&'static str];

/// What one locale has; templates name their parts in braces.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) locale: Locale,

    pub(crate) first_names: Texts,
    pub(crate) last_names: Texts,
    pub(crate) titles: Texts,
    pub(crate) name_suffixes: Texts,
    /// Of `{FirstName}` and `{LastName}`.
    pub(crate) name: &'static str,
    /// Of these and `{Title}`.
    pub(crate) name_with_title: &'static str,

    pub(crate) job_seniorities: Texts,
    pub(crate) job_fields: Texts,
    pub(crate) job_positions: Texts,
    /// Of `{Seniority}`, `{Field}` and `{Position}`.
    pub(crate) job: &'static str,

    pub(crate) city_prefixes: Texts,
    pub(crate) city_suffixes: Texts,
    /// Of `{CityName}` and perhaps `{CitySuffix}`.
    pub(crate) city: &'static str,
    /// Of these and `{CityPrefix}`.
    pub(crate) city_with_prefix: &'static str,
    pub(crate) countries: Texts,
    pub(crate) country_codes: Texts,
    pub(crate) street_suffixes: Texts,
    /// Of `{StreetName}` and `{StreetSuffix}`.
    pub(crate) street: &'static str,
    pub(crate) secondary_address_types: Texts,
    /// Of `{SecondaryAddrType}` and `{Number}`.
    pub(crate) secondary_address: &'static str,
    pub(crate) time_zones: Texts,
    pub(crate) states: Texts,
    pub(crate) state_abbreviations: Texts,
    /// Formats: `#` is a digit, `^` one that is not 0, `$` a capital letter.
    pub(crate) building_numbers: Texts,
    pub(crate) zip_codes: Texts,
    pub(crate) postcodes: Texts,
    pub(crate) phones: Texts,
    pub(crate) cell_phones: Texts,

    pub(crate) company_suffixes: Texts,
    /// Each of `{Name_1}`, `{Name_2}` and `{Suffix}`.
    pub(crate) companies: Texts,
    pub(crate) buzzwords: Texts,
    pub(crate) buzzwords_middle: Texts,
    pub(crate) buzzwords_tail: Texts,
    /// Of `{Head}`, `{Middle}` and `{Tail}`.
    pub(crate) catch_phrase: &'static str,
    pub(crate) bs_verbs: Texts,
    pub(crate) bs_adjectives: Texts,
    pub(crate) bs_nouns: Texts,
    /// Of `{Verb}`, `{Adj}` and `{Noun}`.
    pub(crate) bs: &'static str,
    pub(crate) industries: Texts,
    pub(crate) professions: Texts,

    pub(crate) free_email_providers: Texts,
    pub(crate) domain_suffixes: Texts,
    pub(crate) password_characters: &'static [char],
    pub(crate) user_agents: Texts,

    pub(crate) words: Texts,

    pub(crate) root_directories: Texts,
    pub(crate) path_segments: Texts,
    pub(crate) file_extensions: Texts,

    pub(crate) currency_codes: Texts,
    pub(crate) currency_names: Texts,
    pub(crate) currency_symbols: Texts,
}

impl Tables {
    pub(super) const fn of<L: Data>(locale: Locale) -> Self {
        Self {
            locale,
            first_names: L::NAME_FIRST_NAME,
            last_names: L::NAME_LAST_NAME,
            titles: L::NAME_TITLE,
            name_suffixes: L::NAME_SUFFIX,
            name: L::NAME_TPL,
            name_with_title: L::NAME_WITH_TITLE_TPL,
            job_seniorities: L::JOB_SENIORITY,
            job_fields: L::JOB_FIELD,
            job_positions: L::JOB_POSITION,
            job: L::JOB_TITLE_TPL,
            city_prefixes: L::ADDRESS_CITY_PREFIX,
            city_suffixes: L::ADDRESS_CITY_SUFFIX,
            city: L::ADDRESS_CITY_TPL,
            city_with_prefix: L::ADDRESS_CITY_WITH_PREFIX_TPL,
            countries: L::ADDRESS_COUNTRY,
            country_codes: L::ADDRESS_COUNTRY_CODE,
            street_suffixes: L::ADDRESS_STREET_SUFFIX,
            street: L::ADDRESS_STREET_TPL,
            secondary_address_types: L::ADDRESS_SECONDARY_ADDR_TYPE,
            secondary_address: L::ADDRESS_SECONDARY_ADDR_TPL,
            time_zones: L::ADDRESS_TIME_ZONE,
            states: L::ADDRESS_STATE,
            state_abbreviations: L::ADDRESS_STATE_ABBR,
            building_numbers: L::ADDRESS_BUILDING_NUMBER_FORMATS,
            zip_codes: L::ADDRESS_ZIP_FORMATS,
            postcodes: L::ADDRESS_POSTCODE_FORMATS,
            phones: L::PHONE_NUMBER_FORMATS,
            cell_phones: L::PHONE_CELL_NUMBER_FORMATS,
            company_suffixes: L::COMPANY_SUFFIX,
            companies: L::COMPANY_NAME_TPLS,
            buzzwords: L::COMPANY_BUZZWORD_HEAD,
            buzzwords_middle: L::COMPANY_BUZZWORD_MIDDLE,
            buzzwords_tail: L::COMPANY_BUZZWORD_TAIL,
            catch_phrase: L::COMPANY_CATCH_PHASE_TPL,
            bs_verbs: L::COMPANY_BS_VERBS,
            bs_adjectives: L::COMPANY_BS_ADJ,
            bs_nouns: L::COMPANY_BS_NOUNS,
            bs: L::COMPANY_BS_TPL,
            industries: L::COMPANY_INDUSTRY,
            professions: L::COMPANY_PROFESSION,
            free_email_providers: L::INTERNET_FREE_EMAIL_PROVIDER,
            domain_suffixes: L::INTERNET_DOMAIN_SUFFIX,
            password_characters: L::INTERNET_PASSWORD_CHARS,
            user_agents: L::INTERNET_USER_AGENT,
            words: L::LOREM_WORD,
            root_directories: L::PATH_ROOT_DIRS,
            path_segments: L::PATH_SEGMENTS,
            file_extensions: L::PATH_EXTENSIONS,
            currency_codes: L::CURRENCY_CODE,
            currency_names: L::CURRENCY_NAME,
            currency_symbols: L::CURRENCY_SYMBOL,
        }
    }

    /// `table` of this locale, or nothing where it is the English one: what stands inside a word
    /// cannot be of another language than the word.
    pub(crate) fn own(&self, table: fn(&Self) -> Texts) -> Texts {
        let english = table(Locale::En.tables());
        match table(self) {
            same if self.locale != Locale::En && same == english => &[],
            own => own,
        }
    }
}
