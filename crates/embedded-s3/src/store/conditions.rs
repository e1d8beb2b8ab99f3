//! Writes that depend on what is in place.

use s3s::dto::ETagCondition;
use s3s::{S3Result, s3_error};

/// `If-Match` and `If-None-Match` of a write.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conditions {
    pub(crate) if_match: Option<ETagCondition>,
    pub(crate) if_none_match: Option<ETagCondition>,
}

impl Conditions {
    /// Whether a write may replace the object with this ETag, or make a new one.
    pub(crate) fn check(&self, current_etag: Option<&str>) -> S3Result<()> {
        match &self.if_none_match {
            None => {}
            Some(ETagCondition::Any) if current_etag.is_none() => {}
            Some(ETagCondition::Any) => {
                return Err(s3_error!(
                    PreconditionFailed,
                    "an object is there, and If-None-Match: * asked for none"
                ));
            }
            Some(ETagCondition::ETag(_)) => {
                return Err(s3_error!(
                    NotImplemented,
                    "If-None-Match of a write takes only *, here as on S3"
                ));
            }
        }
        match (&self.if_match, current_etag) {
            (None, _) | (Some(ETagCondition::Any), Some(_)) => Ok(()),
            (Some(_), None) => Err(s3_error!(NoSuchKey, "no object is there for If-Match")),
            (Some(ETagCondition::ETag(wanted)), Some(current)) if wanted.value() == current => {
                Ok(())
            }
            (Some(ETagCondition::ETag(_)), Some(_)) => Err(s3_error!(
                PreconditionFailed,
                "the object there has another ETag than If-Match asked for"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use s3s::dto::ETag;

    #[test]
    fn table() {
        let any = || Some(ETagCondition::Any);
        let tag = |value: &str| Some(ETagCondition::ETag(ETag::Strong(value.to_owned())));
        for (if_match, if_none_match, current, expected) in [
            (None, None, None, "ok"),
            (None, None, Some("x"), "ok"),
            (None, any(), None, "ok"),
            (None, any(), Some("x"), "PreconditionFailed"),
            (None, tag("x"), None, "NotImplemented"),
            (tag("x"), None, Some("x"), "ok"),
            (tag("x"), None, Some("y"), "PreconditionFailed"),
            (tag("x"), None, None, "NoSuchKey"),
            (any(), None, Some("y"), "ok"),
        ] {
            let case = format!("{if_match:?} {if_none_match:?} {current:?}");
            let conditions = Conditions {
                if_match,
                if_none_match,
            };
            let found = match conditions.check(current) {
                Ok(()) => "ok".to_owned(),
                Err(error) => error.code().as_str().to_owned(),
            };
            assert_eq!(found, expected, "{case}");
        }
    }
}
