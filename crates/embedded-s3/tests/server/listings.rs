//! Listings over the socket.

use crate::Fixture;

#[tokio::test]
async fn pages_add_up_to_the_whole() {
    let fixture = Fixture::new().await;
    let client = &fixture.client;
    let keys = ["a", "a-b", "a/b", "a/c/d", "b/x", "b/y", "c"];
    for key in keys {
        client.put(&format!("bucket/{key}")).body("x").ok().await;
    }
    for page in ["1", "2", "3", "1000"] {
        let mut listed = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let mut call = client
                .get("bucket")
                .query("list-type", "2")
                .query("max-keys", page);
            if let Some(token) = &token {
                call = call.query("continuation-token", token);
            }
            let reply = call.ok().await;
            listed.extend(reply.fields("Key"));
            token = reply.field("NextContinuationToken");
            if token.is_none() {
                break;
            }
        }
        assert_eq!(listed, keys, "pages of {page}");
    }

    let folded = client
        .get("bucket")
        .query("list-type", "2")
        .query("delimiter", "/")
        .ok()
        .await;
    assert_eq!(folded.fields("Key"), ["a", "a-b", "c"]);
    assert_eq!(folded.fields("Prefix")[1..], ["a/", "b/"]);
    assert_eq!(folded.field("KeyCount").as_deref(), Some("5"));

    let below = client
        .get("bucket")
        .query("list-type", "2")
        .query("prefix", "a/")
        .ok()
        .await;
    assert_eq!(below.fields("Key"), ["a/b", "a/c/d"]);
    assert_eq!(below.fields("Size"), ["1", "1"]);

    let first_version = client.get("bucket").query("marker", "a/b").ok().await;
    assert_eq!(first_version.fields("Key"), ["a/c/d", "b/x", "b/y", "c"]);
}
