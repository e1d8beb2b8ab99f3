//! The S3 operations this server answers, as names a compiler can check.

use std::fmt;

macro_rules! operations {
    ($($name:ident),+ $(,)?) => {
        /// An S3 operation that the embedded server answers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Operation {
            $(
                #[doc = concat!("`", stringify!($name), "` of the S3 API.")]
                $name,
            )+
        }

        impl Operation {
            /// Every operation, in alphabetical order.
            pub const ALL: &[Operation] = &[$(Operation::$name),+];

            /// The name that the S3 API gives it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Operation::$name => stringify!($name),)+
                }
            }

            /// The operation of that name, if this server answers it.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Operation> {
                match name {
                    $(stringify!($name) => Some(Operation::$name),)+
                    _ => None,
                }
            }
        }
    };
}

operations! {
    AbortMultipartUpload,
    CompleteMultipartUpload,
    CreateBucket,
    CreateMultipartUpload,
    DeleteBucket,
    DeleteObject,
    DeleteObjects,
    GetBucketLocation,
    GetObject,
    HeadBucket,
    HeadObject,
    ListBuckets,
    ListMultipartUploads,
    ListObjects,
    ListObjectsV2,
    ListParts,
    PutObject,
    UploadPart,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
