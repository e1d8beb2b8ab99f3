//! s3up
