//! The internet: addresses of persons and machines, passwords, links.

mod domain;
mod email;
mod machine;
mod password;
mod spelling;
mod unique;
mod username;

pub use self::domain::DomainOptions;
pub use self::email::EmailOptions;
pub use self::password::PasswordOptions;
pub use self::username::UsernameOptions;

pub(super) use self::domain::{domain, url};
pub(super) use self::email::{email, free_email};
pub(super) use self::machine::{HttpStatus, image_url, ipv4};
pub(super) use self::password::password;
pub(super) use self::spelling::spelt;
pub(super) use self::username::username;
