//! How files are uploaded, as the settings say it.

use s3up::UploadOptions;

use crate::byte_size::ByteSize;
use crate::settings::Settings;

/// What is asked for, beside what suits most files.
pub fn upload_options(settings: &Settings) -> UploadOptions {
    let mut options = UploadOptions::default();
    if let Some(ByteSize(size)) = settings.part_size {
        options.part_size = size;
        options.single_put_below = size;
    }
    if let Some(parts) = settings.parts_in_flight {
        options.parts_in_flight = parts;
    }
    options
}
