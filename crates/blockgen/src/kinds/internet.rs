//! The internet: addresses of persons and machines, passwords, links.

mod email;
mod spelling;
mod unique;

pub use self::email::EmailOptions;
pub(super) use self::email::{email, free_email};
