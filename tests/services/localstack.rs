//! Every case of the embedded S3, on LocalStack.

use crate::support::s3::localstack;

crate::s3_cases!(localstack());
