//! The kinds of columns: each file holds the options of one kind and the loop that makes it.

mod address;
mod automotive;
mod barcode;
mod binary;
mod boolean;
mod case;
mod choice;
mod color;
mod company;
mod constant;
mod date;
mod decimal;
mod derived;
mod duration;
mod elements;
mod faked;
mod file;
mod finance;
mod float;
mod format;
mod hex;
mod integer;
mod internet;
mod line_number;
mod list;
mod localised;
mod lorem;
mod map;
mod offset;
mod parent;
mod pattern;
mod person;
mod phrase;
mod product;
mod pull;
mod reference;
mod row_hash;
mod sequence;
mod structure;
mod template;
mod time;
mod timestamp;
mod uuid;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::address::GeohashOptions;
pub use self::binary::BinaryOptions;
pub use self::boolean::BoolOptions;
pub use self::case::{CaseBranch, CaseOptions};
pub use self::choice::ChoiceOptions;
pub use self::constant::ConstantOptions;
pub use self::date::DateOptions;
pub use self::decimal::DecimalOptions;
pub use self::derived::{DerivedOptions, DerivedType};
pub use self::duration::DurationOptions;
pub use self::float::{FloatOptions, FloatType};
pub use self::integer::{IntegerOptions, IntegerType};
pub use self::internet::{DomainOptions, EmailOptions, PasswordOptions, UsernameOptions};
pub use self::line_number::LineNumberOptions;
pub use self::list::ListOptions;
pub use self::lorem::{
    ExcerptOptions, LoremOptions, MarkdownOptions, MarkdownStyle, ParagraphOptions, WordsOptions,
};
pub use self::map::MapOptions;
pub use self::offset::OffsetOptions;
pub use self::parent::ParentOptions;
pub use self::pattern::PatternOptions;
pub use self::person::PersonOptions;
pub use self::product::ProductOptions;
pub use self::pull::PullOptions;
pub use self::reference::{ParentDraw, ReferenceOptions};
pub use self::row_hash::{HashAlgorithm, RowHashOptions};
pub use self::sequence::{SequenceOptions, SequenceType};
pub use self::structure::StructOptions;
pub use self::template::{TemplateCase, TemplateOptions};
pub use self::time::TimeOptions;
pub use self::timestamp::TimestampOptions;
pub use self::uuid::UuidOptions;

use crate::column::Column;
use crate::compile::Rejected;
use crate::scope::Scope;

/// What a column holds, with the options of that kind; in a spec, the key `kind` and the keys
/// beside it. Whether there are nulls is said beside it, in [`ColumnSpec`](crate::ColumnSpec).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum ColumnKind {
    /// `sequence`: `Int32`, `Int64` or `UInt64`, growing or falling with the row, such as `1`.
    Sequence(SequenceOptions),
    /// `uuid`: `Utf8`, a random UUID (version 4), or one that grows with the row (version 7), in
    /// lower case, such as `8f8d3d1c-6dd1-4a4c-9d0b-1f6a3c7e5b21`.
    Uuid(UuidOptions),
    /// `row_hash`: `Utf8` or `Int64`, a hash over other values of the same row.
    RowHash(RowHashOptions),
    /// `person_name`: `Utf8`, a given and a family name in the order of the locale, such as
    /// `Cristal Kuhn`.
    PersonName {},
    /// `first_name`: `Utf8`, a given name, such as `Cristal`.
    FirstName(PersonOptions),
    /// `last_name`: `Utf8`, a family name, such as `Kuhn`.
    LastName(PersonOptions),
    /// `name_with_title`: `Utf8`, a name with a title that fits its gender, such as
    /// `Mrs. Cristal Kuhn`.
    NameWithTitle(PersonOptions),
    /// `title`: `Utf8`, a title that fits the person's gender, such as `Mrs.`.
    Title(PersonOptions),
    /// `suffix`: `Utf8`, what stands behind a name, such as `Jr.` or `PhD`.
    Suffix {},
    /// `gender`: `Utf8`, `female` or `male`: what the given name tells of, or a coin where it tells
    /// nothing.
    Gender(PersonOptions),
    /// `email`: `Utf8`, an address spelt from a name, at a domain that no one owns, such as
    /// `cristal.kuhn1485@example.net`.
    Email(EmailOptions),
    /// `free_email`: `Utf8`, an address spelt from a name, at a free provider of the locale, such
    /// as `cristal.kuhn1485@gmail.com`. Somebody may own it: never send mail there.
    FreeEmail(EmailOptions),
    /// `username`: `Utf8`, a name for an account, spelt from a name, such as `cristal_kuhn` or
    /// `cristal47`.
    Username(UsernameOptions),
    /// `password`: `Utf8`, random letters and digits, such as `q0ZtW3kP9a`.
    Password(PasswordOptions),
    /// `phone`: `Utf8`, a telephone number in one of the locale's spellings, such as
    /// `875.888.3715 x661`.
    Phone {},
    /// `cell_phone`: `Utf8`, the number of a mobile telephone, such as `875-888-3715`.
    CellPhone {},
    /// `street_address`: `Utf8`, a house number and a street in the order of the locale, such as
    /// `8883 Name Isle`.
    StreetAddress {},
    /// `street_name`: `Utf8`, a street, such as `Name Isle`.
    StreetName {},
    /// `secondary_address`: `Utf8`, a flat or a floor, such as `Apt. 17`.
    SecondaryAddress {},
    /// `building_number`: `Utf8`, a house number as the locale writes it, such as `8883`.
    BuildingNumber {},
    /// `city`: `Utf8`, an invented city, such as `Eunamouth`.
    City {},
    /// `zip_code`: `Utf8`, in the formats that the locale has for ZIP codes, such as `75088`.
    ZipCode {},
    /// `postcode`: `Utf8`, in the formats that the locale has for postcodes, such as `75088-1234`.
    Postcode {},
    /// `state`: `Utf8`, a state, province or region, such as `Oregon`.
    State {},
    /// `state_abbreviation`: `Utf8`, such as `OR`.
    StateAbbreviation {},
    /// `country`: `Utf8`, a country or territory in the locale's language, such as
    /// `Solomon Islands`.
    Country {},
    /// `country_code`: `Utf8`, two letters after ISO 3166, such as `SB`.
    CountryCode {},
    /// `time_zone`: `Utf8`, a name of the time zone database, such as `Africa/Cairo`.
    TimeZone {},
    /// `latitude`: `Float64`, degrees from -90 to 90 with six decimals, such as `-12.046374`.
    Latitude {},
    /// `longitude`: `Float64`, degrees from -180 to 180 with six decimals, such as `-77.042793`.
    Longitude {},
    /// `geohash`: `Utf8`, a cell of the globe, such as `6mc5mvykd`.
    Geohash(GeohashOptions),
    /// `license_plate`: `Utf8`, the number of a car, such as `AB-123-CD`; in the locales `fa_ir`,
    /// `fr_fr`, `it_it`, `nl_nl`, `pt_pt` and `tr_tr`.
    LicensePlate {},
    /// `company`: `Utf8`, an invented company, such as `Rutherford Group`.
    Company {},
    /// `company_suffix`: `Utf8`, such as `LLC`.
    CompanySuffix {},
    /// `buzzword`: `Utf8`, such as `Streamlined`.
    Buzzword {},
    /// `catch_phrase`: `Utf8`, three buzzwords, such as `Adaptive real-time archive`.
    CatchPhrase {},
    /// `bs`: `Utf8`, what a company claims to do, such as `streamline robust markets`.
    Bs {},
    /// `industry`: `Utf8`, such as `Computer Hardware`.
    Industry {},
    /// `profession`: `Utf8`, such as `accountant`.
    Profession {},
    /// `job`: `Utf8`, a job's title, such as `District Healthcare Associate`; `job_title` means the
    /// same.
    #[serde(alias = "job_title")]
    Job {},
    /// `job_seniority`: `Utf8`, such as `District`.
    JobSeniority {},
    /// `job_field`: `Utf8`, such as `Healthcare`.
    JobField {},
    /// `job_position`: `Utf8`, such as `Associate`.
    JobPosition {},
    /// `domain`: `Utf8`, the name of a machine, such as `quia.example.net`.
    Domain(DomainOptions),
    /// `domain_suffix`: `Utf8`, what names end in, such as `com`.
    DomainSuffix {},
    /// `url`: `Utf8`, such as `https://quia.example.net/world/hand`.
    Url(DomainOptions),
    /// `ipv4`: `Utf8`, any address of version 4, such as `203.0.113.7`.
    Ipv4 {},
    /// `ipv6`: `Utf8`, any address of version 6 with all its groups, such as
    /// `2001:0db8:83a1:5c2f:90d4:1b7e:04aa:61f3`.
    Ipv6 {},
    /// `mac`: `Utf8`, an address of network hardware, such as `3C:22:FB:91:0A:5E`.
    Mac {},
    /// `http_status`: `Int32`, a status code of HTTP, such as `404`; all equally often.
    HttpStatus {},
    /// `image_url`: `Utf8`, a picture of 100 to 800 pixels by as many at a service that shows any,
    /// such as `https://picsum.photos/640/480`.
    ImageUrl {},
    /// `user_agent`: `Utf8`, what a browser says it is, such as `Mozilla/5.0 (Windows NT 6.1) …`.
    UserAgent {},
    /// `credit_card`: `Utf8`, a number of 15 or 16 digits in the ranges of Visa, Mastercard and
    /// American Express with a valid check digit, such as `4539148803436467`. No account was
    /// looked up or opened for it.
    CreditCard {},
    /// `iban`: `Utf8`, a number of an account with valid check digits, such as
    /// `DE89370400440532013000`; the bank is invented, and so are the check digits that some
    /// countries have within the account. Of the locale's country, or of any where that has none.
    Iban {},
    /// `bic`: `Utf8`, the code of an invented bank, such as `XKQADEF1`.
    Bic {},
    /// `isin`: `Utf8`, the number of a security with a valid check digit, such as `US0378331005`.
    Isin {},
    /// `currency_code`: `Utf8`, three letters after ISO 4217, such as `EUR`.
    CurrencyCode {},
    /// `currency_name`: `Utf8`, such as `Argentine Peso`.
    CurrencyName {},
    /// `currency_symbol`: `Utf8`, such as `€`.
    CurrencySymbol {},
    /// `word`: `Utf8`, a word that means nothing, such as `consequatur`.
    Word {},
    /// `words`: `Utf8`, a few words that mean nothing, such as `quia et voluptas`.
    Words(WordsOptions),
    /// `paragraph`: `Utf8`, a few sentences that mean nothing.
    Paragraph(ParagraphOptions),
    /// `markdown`: `Utf8`, a piece of Markdown, such as `**quia**`.
    Markdown(MarkdownOptions),
    /// `hex_color`: `Utf8`, such as `#1f77b4`.
    HexColor {},
    /// `rgb_color`: `Utf8`, such as `rgb(31, 119, 180)`.
    RgbColor {},
    /// `rgba_color`: `Utf8`, such as `rgba(31, 119, 180, 0.50)`.
    RgbaColor {},
    /// `hsl_color`: `Utf8`, such as `hsl(205, 71%, 41%)`.
    HslColor {},
    /// `hsla_color`: `Utf8`, such as `hsla(205, 71%, 41%, 0.50)`.
    HslaColor {},
    /// `isbn10`: `Utf8`, the number of a book with a valid check digit, such as `0-306-40615-2`.
    Isbn10 {},
    /// `isbn13`: `Utf8`, the number of a book with a valid check digit, such as
    /// `978-0-306-40615-7`.
    Isbn13 {},
    /// `file_name`: `Utf8`, such as `world.csv`.
    FileName {},
    /// `file_path`: `Utf8`, such as `/home/world/hand.csv`.
    FilePath {},
    /// `dir_path`: `Utf8`, such as `/home/world`.
    DirPath {},
    /// `mime_type`: `Utf8`, a media type, such as `application/zip`. Slow: a value takes an
    /// allocation.
    MimeType {},
    /// `semver`: `Utf8`, a version, such as `4.17.2` or, one in ten, `4.17.2-beta.3`.
    Semver {},
    /// `file_extension`: `Utf8`, without the dot, such as `csv`.
    FileExtension {},
    /// `float`: `Float32` or `Float64`, in a range, by a distribution, such as `1234.5`.
    Float(FloatOptions),
    /// `integer`: `Int8` to `Int64` or `UInt8` to `UInt64`, in a range, by a distribution, such as
    /// `42`.
    Integer(IntegerOptions),
    /// `decimal`: `Decimal128`, exact, in a range, by a distribution, such as `19.99`.
    Decimal(DecimalOptions),
    /// `bool`: `Boolean`, true with a probability.
    Bool(BoolOptions),
    /// `constant`: `Utf8`, `Int64`, `Float64`, `Boolean` or a timestamp, the same in every row.
    Constant(ConstantOptions),
    /// `choice`: `Utf8`, `Int64`, `Float64`, `Boolean` or a timestamp, one of some values, by
    /// weights.
    Choice(ChoiceOptions),
    /// `date`: `Date32`, from a range, or growing with the row, such as `2024-05-01`.
    Date(DateOptions),
    /// `time`: `Time32` or `Time64`, times of day from a range, such as `08:30:00`.
    Time(TimeOptions),
    /// `timestamp`: `Timestamp` in any unit, with or without a time zone, from a range, or growing
    /// with the row, such as `2024-05-01T08:30:00Z`.
    Timestamp(TimestampOptions),
    /// `duration`: `Duration` in any unit, from a range, such as 90 minutes.
    Duration(DurationOptions),
    /// `binary`: `Binary` or `FixedSizeBinary`, random bytes.
    Binary(BinaryOptions),
    /// `lorem`: `Utf8`, a sentence of a number of words that mean nothing.
    Lorem(LoremOptions),
    /// `excerpt`: `Utf8`, a piece of running text that means nothing, cut off at a number of
    /// characters, such as `quia et voluptas. Dol`.
    Excerpt(ExcerptOptions),
    /// `pattern`: `Utf8`, texts of one form, such as `^##-####`.
    Pattern(PatternOptions),
    /// `template`: `Utf8`, text with the values of other columns of the same row, such as
    /// `{first_name}.{last_name}@{domain}`.
    Template(TemplateOptions),
    /// `reference`: a foreign key, of the type of the column it refers to.
    Reference(ReferenceOptions),
    /// `pull`: a value of the row that a `reference` of the same row leads to.
    Pull(PullOptions),
    /// `parent`: in a table of children, a value of the row's parent.
    Parent(ParentOptions),
    /// `line_number`: in a table of children, `Int32`, the row's number among its parent's.
    LineNumber(LineNumberOptions),
    /// `product`: `Float64`, numbers of the same row, multiplied.
    Product(ProductOptions),
    /// `derived`: whole numbers, decimals, floats, dates, or true and false, computed from other
    /// columns of the same row, such as `quantity * price`.
    Derived(DerivedOptions),
    /// `case`: of several kinds, the one whose condition holds of the row.
    Case(CaseOptions),
    /// `offset`: a date or a timestamp at a random distance from another of the same row, such as
    /// 1 to 30 days after it.
    Offset(OffsetOptions),
    /// `list`: `List`, from none to many values of one kind.
    List(ListOptions),
    /// `struct`: `Struct`, named fields, each of a kind of its own.
    Struct(StructOptions),
    /// `map`: `Map`, from none to many keys, no two of a row equal, each with a value.
    Map(MapOptions),
}

impl ColumnKind {
    pub(crate) fn compile(&self, scope: &Scope<'_>) -> Result<Arc<dyn Column>, Rejected> {
        Ok(match self {
            Self::Sequence(options) => Arc::new(sequence::Sequence::new(options, scope)?),
            Self::Uuid(options) => uuid::compile(options, scope)?,
            Self::RowHash(options) => Arc::new(row_hash::RowHash::new(options, scope)?),
            Self::PersonName {} => person::person_name(scope)?,
            Self::FirstName(options) => person::first_name(options, scope)?,
            Self::LastName(options) => person::last_name(options, scope)?,
            Self::NameWithTitle(options) => person::name_with_title(options, scope)?,
            Self::Title(options) => person::title(options, scope)?,
            Self::Suffix {} => phrase::one_of(scope, |tables| tables.name_suffixes)?,
            Self::Gender(options) => person::gender(options, scope)?,
            Self::Email(options) => internet::email(options, scope)?,
            Self::FreeEmail(options) => internet::free_email(options, scope)?,
            Self::Username(options) => internet::username(options, scope)?,
            Self::Password(options) => internet::password(options, scope)?,
            Self::Phone {} => format::compile(scope, |tables| tables.phones)?,
            Self::CellPhone {} => format::compile(scope, |tables| tables.cell_phones)?,
            Self::StreetAddress {} => address::street_address(scope)?,
            Self::StreetName {} => address::street_name(scope)?,
            Self::SecondaryAddress {} => address::secondary_address(scope)?,
            Self::BuildingNumber {} => format::compile(scope, |tables| tables.building_numbers)?,
            Self::City {} => address::city(scope)?,
            Self::ZipCode {} => format::compile(scope, |tables| tables.zip_codes)?,
            Self::Postcode {} => format::compile(scope, |tables| tables.postcodes)?,
            Self::State {} => phrase::one_of(scope, |tables| tables.states)?,
            Self::StateAbbreviation {} => {
                phrase::one_of(scope, |tables| tables.state_abbreviations)?
            }
            Self::Country {} => phrase::one_of(scope, |tables| tables.countries)?,
            Self::CountryCode {} => phrase::one_of(scope, |tables| tables.country_codes)?,
            Self::TimeZone {} => phrase::one_of(scope, |tables| tables.time_zones)?,
            Self::Latitude {} => Arc::new(address::Degrees::latitude(scope)),
            Self::Longitude {} => Arc::new(address::Degrees::longitude(scope)),
            Self::Geohash(options) => address::geohash(options, scope)?,
            Self::LicensePlate {} => automotive::license_plate(scope)?,
            Self::Company {} => company::company(scope)?,
            Self::CompanySuffix {} => phrase::one_of(scope, |tables| tables.company_suffixes)?,
            Self::Buzzword {} => phrase::one_of(scope, |tables| tables.buzzwords)?,
            Self::CatchPhrase {} => company::catch_phrase(scope)?,
            Self::Bs {} => company::bs(scope)?,
            Self::Industry {} => phrase::one_of(scope, |tables| tables.industries)?,
            Self::Profession {} => phrase::one_of(scope, |tables| tables.professions)?,
            Self::Job {} => company::job(scope)?,
            Self::JobSeniority {} => phrase::one_of(scope, |tables| tables.job_seniorities)?,
            Self::JobField {} => phrase::one_of(scope, |tables| tables.job_fields)?,
            Self::JobPosition {} => phrase::one_of(scope, |tables| tables.job_positions)?,
            Self::Domain(options) => internet::domain(options, scope)?,
            Self::DomainSuffix {} => phrase::one_of(scope, |tables| tables.domain_suffixes)?,
            Self::Url(options) => internet::url(options, scope)?,
            Self::Ipv4 {} => internet::ipv4(scope),
            Self::Ipv6 {} => hex::ipv6(scope),
            Self::Mac {} => hex::mac(scope),
            Self::HttpStatus {} => Arc::new(internet::HttpStatus::new(scope)),
            Self::ImageUrl {} => internet::image_url(scope),
            Self::UserAgent {} => phrase::one_of(scope, |tables| tables.user_agents)?,
            Self::CreditCard {} => finance::credit_card(scope),
            Self::Iban {} => finance::iban(scope)?,
            Self::Bic {} => finance::bic(scope),
            Self::Isin {} => finance::isin(scope),
            Self::CurrencyCode {} => phrase::one_of(scope, |tables| tables.currency_codes)?,
            Self::CurrencyName {} => phrase::one_of(scope, |tables| tables.currency_names)?,
            Self::CurrencySymbol {} => phrase::one_of(scope, |tables| tables.currency_symbols)?,
            Self::Word {} => phrase::one_of(scope, |tables| tables.words)?,
            Self::Words(options) => lorem::words(options, scope)?,
            Self::Paragraph(options) => lorem::paragraph(options, scope)?,
            Self::Markdown(options) => lorem::markdown(options, scope)?,
            Self::HexColor {} => hex::color(scope),
            Self::RgbColor {} => color::rgb(scope),
            Self::RgbaColor {} => color::rgba(scope),
            Self::HslColor {} => color::hsl(scope),
            Self::HslaColor {} => color::hsla(scope),
            Self::Isbn10 {} => barcode::isbn(scope, false),
            Self::Isbn13 {} => barcode::isbn(scope, true),
            Self::FileName {} => file::file_name(scope)?,
            Self::FilePath {} => file::path(scope, true)?,
            Self::DirPath {} => file::path(scope, false)?,
            Self::MimeType {} => file::mime_type(scope),
            Self::Semver {} => file::semver(scope),
            Self::FileExtension {} => phrase::one_of(scope, |tables| tables.file_extensions)?,
            Self::Float(options) => float::compile(options, scope)?,
            Self::Integer(options) => integer::compile(options, scope)?,
            Self::Decimal(options) => Arc::new(decimal::Decimal::new(options, scope)?),
            Self::Bool(options) => Arc::new(boolean::Bool::new(options, scope)?),
            Self::Constant(options) => constant::compile(options, scope)?,
            Self::Choice(options) => choice::compile(options, scope)?,
            Self::Date(options) => Arc::new(date::Date::new(options, scope)?),
            Self::Time(options) => Arc::new(time::Time::new(options, scope)?),
            Self::Timestamp(options) => Arc::new(timestamp::Timestamp::new(options, scope)?),
            Self::Duration(options) => Arc::new(duration::Duration::new(options, scope)?),
            Self::Binary(options) => Arc::new(binary::Binary::new(options, scope)?),
            Self::Lorem(options) => lorem::lorem(options, scope)?,
            Self::Excerpt(options) => lorem::excerpt(options, scope)?,
            Self::Pattern(options) => pattern::compile(options, scope)?,
            Self::Template(options) => template::compile(options, scope)?,
            Self::Reference(options) => reference::compile(options, scope)?,
            Self::Pull(options) => pull::compile(options, scope)?,
            Self::Parent(options) => parent::compile(options, scope)?,
            Self::LineNumber(options) => Arc::new(line_number::LineNumber::new(options, scope)?),
            Self::Product(options) => Arc::new(product::Product::new(options, scope)?),
            Self::Derived(options) => derived::compile(options, scope)?,
            Self::Case(options) => case::compile(options, scope)?,
            Self::Offset(options) => Arc::new(offset::Offset::new(options, scope)?),
            Self::List(options) => list::compile(options, scope)?,
            Self::Struct(options) => structure::compile(options, scope)?,
            Self::Map(options) => map::compile(options, scope)?,
        })
    }
}
