//! The key pair of a server: an id that a folder keeps, a secret that nothing keeps.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use rand::RngExt as _;
use s3s::auth::SecretKey;

use crate::start_error::StartError;

const ID_FILE: &str = "access-key-id";
const ID_CHARACTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_CHARACTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The id given, or the one this folder keeps, drawn on its first start.
pub(crate) fn access_key_id(private: &Path, given: Option<String>) -> Result<String, StartError> {
    if let Some(id) = given {
        return if is_usable(&id) {
            Ok(id)
        } else {
            Err(StartError::InvalidAccessKeyId)
        };
    }
    let path = private.join(ID_FILE);
    match fs::read_to_string(&path) {
        Ok(kept) if is_usable(kept.trim_end()) => return Ok(kept.trim_end().to_owned()),
        // Cut short by a crash, or edited: nothing was signed with it that can be saved.
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(StartError::folder("read", path)(error)),
    }
    let drawn = format!("EMBEDDED{}", random(ID_CHARACTERS, 12));
    write(&path, &drawn).map_err(StartError::folder("write", &path))?;
    Ok(drawn)
}

/// 40 random characters: 238 bits.
pub(crate) fn fresh_secret() -> SecretKey {
    SecretKey::from(random(SECRET_CHARACTERS, 40))
}

fn write(path: &Path, id: &str) -> io::Result<()> {
    fs::write(path, format!("{id}\n"))
}

fn random(characters: &[u8], len: usize) -> String {
    let mut rng = rand::rng();
    (0..len)
        .map(|_| char::from(characters[rng.random_range(..characters.len())]))
        .collect()
}

fn is_usable(id: &str) -> bool {
    (1..=128).contains(&id.len()) && {
        let usable = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        id.bytes().all(usable)
    }
}
