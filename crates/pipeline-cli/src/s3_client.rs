//! From settings to a client of S3.

use std::sync::Arc;

use s3up::{
    Addressing, ConfigError, Credentials, Endpoint, Integrity, RusotoClient, S3Client, S3Config,
    StaticCredentials,
};

use crate::failure::{ExitCode, Failure};
use crate::settings::Settings;

/// The client that settings ask for, to an endpoint with these credentials.
///
/// # Errors
///
/// [`ExitCode::Usage`]: a client that is not built in, a file of authorities that can't be read, an
/// endpoint that is not allowed.
pub fn make(
    endpoint: Endpoint,
    region: &str,
    credentials: Credentials,
    settings: &Settings,
) -> Result<Arc<dyn S3Client>, Failure> {
    let mut config = S3Config::new(endpoint, region, credentials);
    config.allow_plain_http = settings.allow_http;
    config.requester_pays = settings.requester_pays;
    config
        .expected_bucket_owner
        .clone_from(&settings.bucket_owner);
    config.authorities = authorities(settings)?;
    config.no_proxy = s3up::NoProxy::new(settings.no_proxy.as_deref().unwrap_or_default());
    config.proxy = proxy(&config, settings)?;
    config.addressing = match settings.addressing.as_str() {
        // The embedded server and its like are at addresses that have no room for a bucket.
        "virtual-host" => Addressing::VirtualHost,
        _ => Addressing::Path,
    };
    match settings.s3_client.as_str() {
        "aws-sdk" => aws_sdk(&config),
        _ => Ok(Arc::new(
            RusotoClient::new(&config).map_err(config_failure)?,
        )),
    }
}

#[cfg(feature = "aws-sdk")]
fn aws_sdk(config: &S3Config) -> Result<Arc<dyn S3Client>, Failure> {
    let client = s3up::AwsSdkClient::new(config).map_err(config_failure)?;
    Ok(Arc::new(client))
}

#[cfg(not(feature = "aws-sdk"))]
fn aws_sdk(_: &S3Config) -> Result<Arc<dyn S3Client>, Failure> {
    Err(Failure::say(
        ExitCode::Usage,
        "this program was built without the client aws-sdk",
    )
    .advise("Build it with `cargo build --release --features aws-sdk`, or leave out --s3-client."))
}

/// How S3 checks what arrives.
pub fn integrity(settings: &Settings) -> Integrity {
    match settings.integrity.as_str() {
        "md5" => Integrity::Md5,
        "crc64nvme" => Integrity::Crc64Nvme,
        "off" => Integrity::Off,
        _ => Integrity::Auto,
    }
}

/// The credentials that settings name, or a way to find some.
///
/// # Errors
///
/// [`ExitCode::Usage`] for half of a pair.
pub fn credentials(settings: &Settings, loopback: bool) -> Result<Credentials, Failure> {
    let half = |have: &str, need: &str| {
        Err(
            Failure::say(ExitCode::Usage, format!("{have} is set and {need} is not"))
                .advise(format!("Set {need} too, or unset {have}.")),
        )
    };
    match (&settings.access_key_id, &settings.secret_access_key) {
        (Some(id), Some(secret)) => Ok(fixed(id, secret, settings.session_token.as_deref())),
        (Some(_), None) => half("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        (None, Some(_)) => half("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
        (None, None) if loopback && settings.profile.is_none() => {
            // What LocalStack and its like take; they check no signature.
            log::info!(
                "no credentials are set: signing as `test`, as local stand-ins for S3 expect"
            );
            Ok(fixed("test", "test", None))
        }
        (None, None) => Ok(match &settings.profile {
            None if cfg!(feature = "aws-config") => Credentials::Chain,
            name => Credentials::Profile { name: name.clone() },
        }),
    }
}

/// Keys that are at hand.
pub fn fixed(id: &str, secret: &str, token: Option<&str>) -> Credentials {
    Credentials::Static(StaticCredentials::new(id, secret, token.map(str::to_owned)))
}

fn authorities(settings: &Settings) -> Result<Option<Vec<u8>>, Failure> {
    let Some(path) = &settings.ca_bundle else {
        return Ok(None);
    };
    std::fs::read(path).map(Some).map_err(|error| {
        Failure::say(
            ExitCode::Usage,
            format!(
                "cannot read the certificates in {}: {error}",
                path.display()
            ),
        )
        .advise("Name another file with --ca-bundle, or unset AWS_CA_BUNDLE.")
    })
}

/// The proxy. Where the endpoint is reached without it, it is that of the servers that credentials
/// come from at most, and one that cannot be used is left out.
fn proxy(config: &S3Config, settings: &Settings) -> Result<Option<s3up::ProxyUrl>, Failure> {
    let given = settings.https_proxy.as_deref().map(str::trim);
    let Some(text) = given.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match text.parse() {
        Ok(proxy) => Ok(Some(proxy)),
        Err(_) if is_direct(config) => Ok(None),
        Err(error) => Err(Failure::new(ExitCode::Usage, error).advise("It stands in HTTPS_PROXY.")),
    }
}

/// Whether the endpoint is reached without a proxy.
fn is_direct(config: &S3Config) -> bool {
    let url = config.endpoint.url(&config.region);
    let Some(rest) = url.strip_prefix("https://") else {
        return true;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or(443)),
        _ => (authority, 443),
    };
    config.no_proxy.exempts(host, port)
}

fn config_failure(error: ConfigError) -> Failure {
    let advice = match &error {
        ConfigError::PlainHttp { .. } => Some("The way to allow it is --allow-http."),
        ConfigError::NoSubdomains { .. } => Some("Leave out --addressing."),
        ConfigError::Authorities { .. } => Some("They were named by --ca-bundle or AWS_CA_BUNDLE."),
        _ => None,
    };
    let failure = Failure::new(ExitCode::Usage, error);
    match advice {
        Some(advice) => failure.advise(advice),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_an_endpoint_is_reached_without_the_proxy() {
        for (endpoint, no_proxy, direct) in [
            ("https://s3.example.org", "example.org", true),
            ("https://s3.example.org", "example.org:443", true),
            ("https://s3.example.org:9000/x", "example.org:443", false),
            ("https://[::1]:9000", "[::1]:9000", true),
            ("https://[::1]", "::1", true),
            ("http://127.0.0.1:9000", "", true),
            ("https://s3.example.org", "", false),
        ] {
            let endpoint = Endpoint::Url(endpoint.parse().unwrap());
            let mut config = S3Config::new(endpoint, "us-east-1", fixed("id", "secret", None));
            config.no_proxy = s3up::NoProxy::new(no_proxy);
            assert_eq!(is_direct(&config), direct, "{config:?}");
        }
    }
}
