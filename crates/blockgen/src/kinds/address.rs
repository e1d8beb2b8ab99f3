//! Addresses: places, streets, codes and coordinates.

mod city;
mod street;

pub(super) use self::city::city;
pub(super) use self::street::{secondary_address, street_address, street_name};
