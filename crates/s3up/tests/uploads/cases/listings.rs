//! The objects of a bucket: every one, once, however many pages it takes.

use embedded_s3::{Fault, FaultPlan, Operation, Rule};
use futures::{StreamExt, TryStreamExt};
use s3up::{ErrorKind, ListObjects, ObjectOptions};

use super::{set_scene, uploader};
use crate::scene::{BUCKET, Scene, config, data};
use crate::scripted_server::{ScriptedServer, answer};

async fn put(scene: &Scene, key: &str, len: usize) {
    let object = ObjectOptions::default();
    let mut upload = scene.uploader.start(BUCKET, key, object).await.unwrap();
    upload.write(data(len)).await.unwrap();
    upload.finish().await.unwrap();
}

#[tokio::test]
async fn objects_are_listed_by_prefix_with_size_and_etag() {
    let scene = set_scene(FaultPlan::new()).await;
    let odd = ["a/b c+d%25&e", "a/<&>\"'", "a/ü/日本", "a/x "];
    for (at, key) in odd.into_iter().enumerate() {
        put(&scene, key, at).await;
    }
    put(&scene, "b", 9).await;
    let under = |prefix| scene.uploader.list(BUCKET, prefix).try_collect::<Vec<_>>();
    let listed = under("a/").await.unwrap();
    let mut keys: Vec<_> = listed.iter().map(|object| object.key.as_str()).collect();
    keys.sort_unstable();
    let mut expected = odd;
    expected.sort_unstable();
    assert_eq!(keys, expected);
    for object in &listed {
        let head = scene.uploader.head(BUCKET, &object.key).await.unwrap();
        let head = head.unwrap();
        assert_eq!((object.size, &object.etag), (head.size, &head.etag));
        assert!(object.last_modified.is_some());
    }
    assert_eq!(under("").await.unwrap().len(), odd.len() + 1);
    assert_eq!(under("nothing").await.unwrap(), []);
}

#[tokio::test]
async fn pages_follow_one_another() {
    let scene = set_scene(FaultPlan::new()).await;
    for at in 0..5 {
        put(&scene, &format!("k{at}"), at).await;
    }
    let mut request = ListObjects {
        bucket: BUCKET.into(),
        max_keys: Some(2),
        ..ListObjects::default()
    };
    let mut pages: Vec<Vec<String>> = Vec::new();
    loop {
        let page = scene.uploader.list_page(&request).await.unwrap();
        pages.push(page.objects.into_iter().map(|object| object.key).collect());
        request.after = page.next;
        if request.after.is_none() {
            break;
        }
    }
    let expected = [vec!["k0", "k1"], vec!["k2", "k3"], vec!["k4"]];
    assert_eq!(pages, expected);
}

/// Two pages, each of which is lost once.
#[tokio::test]
async fn a_stream_goes_over_pages_and_failures() {
    let page = |key: &str, next: Option<&str>| {
        let next = next.map_or("<IsTruncated>false</IsTruncated>".to_owned(), |next| {
            format!(
                "<IsTruncated>true</IsTruncated><NextContinuationToken>{next}</NextContinuationToken>"
            )
        });
        format!(
            "<ListBucketResult>{next}<Contents><Key>{key}</Key><Size>7</Size></Contents>\
             </ListBucketResult>"
        )
    };
    let server = ScriptedServer::start(move |line, before| {
        let is_second = line.contains("continuation-token=1%2F%2B%3D");
        assert!(line.contains("list-type=2"), "{line}");
        match (before % 2, is_second) {
            (0, _) => answer(500, "<Error><Code>InternalError</Code></Error>"),
            (_, false) => answer(200, &page("a", Some("1/+="))),
            (_, true) => answer(200, &page("b", None)),
        }
    })
    .await;
    let uploader = uploader(&config(&server.endpoint, "id", "secret"));
    let listed: Vec<_> = uploader.list(BUCKET, "").try_collect().await.unwrap();
    let keys: Vec<_> = listed.iter().map(|object| object.key.as_str()).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(server.requests(), 4);
}

#[tokio::test]
async fn a_server_that_never_ends_is_left() {
    let astray = "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>same\
                  </NextContinuationToken></ListBucketResult>";
    let server = ScriptedServer::start(move |_, _| answer(200, astray)).await;
    let uploader = uploader(&config(&server.endpoint, "id", "secret"));
    let mut listing = uploader.list(BUCKET, "x/");
    let error = listing.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadReply, "{error:?}");
    let shown = error.to_string().replace(&server.endpoint, "ENDPOINT");
    expect_test::expect!["cannot list s3://lake/x/ at ENDPOINT: what answered did not answer as S3 does; check that the address is an S3 endpoint and no proxy stands in the way"].assert_eq(&shown);
    assert!(listing.next().await.is_none());

    // Each page has another successor, and none an object.
    let server = ScriptedServer::start(|_, before| {
        answer(
            200,
            &format!(
                "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>{before}\
                 </NextContinuationToken></ListBucketResult>"
            ),
        )
    })
    .await;
    let uploader = super::uploader(&config(&server.endpoint, "id", "secret"));
    let error = uploader.list(BUCKET, "").next().await.unwrap().unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        cause.ends_with("it sent 1000 pages without an object"),
        "{cause}"
    );
}

#[tokio::test]
async fn a_bucket_that_cannot_be_listed_says_why() {
    let forbidden = Rule::on(Operation::ListObjectsV2).bucket(BUCKET);
    let scene =
        set_scene(FaultPlan::new().with(forbidden, Fault::error(403, "AccessDenied"))).await;
    for (bucket, kind) in [
        (BUCKET, ErrorKind::AccessDenied),
        ("absent", ErrorKind::NoSuchBucket),
    ] {
        let mut listing = scene.uploader.list(bucket, "");
        let error = listing.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(listing.next().await.is_none());
    }
}
