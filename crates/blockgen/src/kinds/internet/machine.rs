//! `ipv4`, `http_status` and `image_url`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array};
use arrow::datatypes::DataType;

use crate::column::{Block, Column, FillError};
use crate::kinds::phrase::{everywhere, numbers};
use crate::random::Lane;
use crate::scope::Scope;

/// `ipv4`: any of the 2^32 addresses.
pub(in crate::kinds) fn ipv4(scope: &Scope<'_>) -> Arc<dyn Column> {
    let dotted = numbers("", 0..=255, ".");
    let octets = [
        Arc::clone(&dotted),
        Arc::clone(&dotted),
        dotted,
        numbers("", 0..=255, ""),
    ];
    everywhere(scope, [octets.to_vec()])
}

/// `image_url`: width and height in pixels.
pub(in crate::kinds) fn image_url(scope: &Scope<'_>) -> Arc<dyn Column> {
    let width = numbers("https://picsum.photos/", 100..=800, "/");
    everywhere(scope, [vec![width, numbers("", 100..=800, "")]])
}

/// Those of the registry of status codes that RFC 9110 set up, as far as the `fake` crate has them.
const STATUS_CODES: &[i32] = &[
    100, 101, 102, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305,
    307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416,
    417, 418, 421, 422, 423, 424, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507,
    508, 510, 511,
];

/// `http_status`: any of them, equally often.
#[derive(Debug)]
pub(in crate::kinds) struct HttpStatus {
    lane: Lane,
}

impl HttpStatus {
    pub(in crate::kinds) fn new(scope: &Scope<'_>) -> Self {
        Self {
            lane: scope.key().lane(0),
        }
    }
}

impl Column for HttpStatus {
    fn data_type(&self) -> DataType {
        DataType::Int32
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let codes = STATUS_CODES.len() as u64;
        let values = block
            .rows
            .map(|row| STATUS_CODES[self.lane.draws(row).below(codes) as usize]);
        Ok(Arc::new(Int32Array::from(values)))
    }
}
