//! Addresses: places, streets, codes and coordinates.

mod city;
mod coordinates;
mod street;

pub use self::coordinates::GeohashOptions;

pub(super) use self::city::city;
pub(super) use self::coordinates::{Degrees, geohash};
pub(super) use self::street::{secondary_address, street_address, street_name};
