//! Bucket calls.

use s3s::S3Result;
use s3s::dto::*;

use super::Api;

impl Api {
    pub(super) async fn create_bucket_(
        &self,
        input: CreateBucketInput,
    ) -> S3Result<CreateBucketOutput> {
        let location = input
            .create_bucket_configuration
            .and_then(|configuration| configuration.location_constraint)
            .map(|constraint| constraint.as_str().to_owned());
        let path = format!("/{}", input.bucket);
        self.on_disk(move |store| store.create_bucket(&input.bucket, location.as_deref()))
            .await?;
        Ok(CreateBucketOutput {
            location: Some(path),
        })
    }

    pub(super) async fn head_bucket_(&self, input: HeadBucketInput) -> S3Result<HeadBucketOutput> {
        self.on_disk(move |store| store.head_bucket(&input.bucket))
            .await?;
        Ok(HeadBucketOutput::default())
    }

    pub(super) async fn list_buckets_(
        &self,
        input: ListBucketsInput,
    ) -> S3Result<ListBucketsOutput> {
        let prefix = input.prefix.clone().unwrap_or_default();
        let buckets = self.on_disk(|store| store.buckets()).await?;
        let listed = buckets
            .into_iter()
            .filter(|bucket| bucket.name.starts_with(&prefix))
            .map(|bucket| Bucket {
                name: Some(bucket.name),
                creation_date: Some(bucket.created.into()),
                ..Default::default()
            });
        Ok(ListBucketsOutput {
            buckets: Some(listed.collect()),
            prefix: input.prefix,
            owner: Some(Owner {
                id: Some(self.access_key_id.clone()),
                ..Default::default()
            }),
            ..Default::default()
        })
    }

    pub(super) async fn delete_bucket_(
        &self,
        input: DeleteBucketInput,
    ) -> S3Result<DeleteBucketOutput> {
        self.on_disk(move |store| store.delete_bucket(&input.bucket))
            .await?;
        Ok(DeleteBucketOutput::default())
    }

    pub(super) async fn get_bucket_location_(
        &self,
        input: GetBucketLocationInput,
    ) -> S3Result<GetBucketLocationOutput> {
        let location = self
            .on_disk(move |store| store.bucket_location(&input.bucket))
            .await?;
        Ok(GetBucketLocationOutput {
            location_constraint: location.map(BucketLocationConstraint::from),
        })
    }
}
