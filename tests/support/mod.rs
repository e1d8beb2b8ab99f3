//! What the tests of the whole program share: the program itself, an S3 to aim it at, and the
//! rows that must arrive.

pub mod program;
pub mod rows;
pub mod s3;
pub mod s3_cases;
pub mod serving;
