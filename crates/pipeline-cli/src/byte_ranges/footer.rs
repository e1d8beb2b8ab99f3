//! The footer of a Parquet file, wherever it lies.

use blockwrite::{Footer, FooterReader};

use super::Source;
use crate::failure::{ExitCode, Failure};

impl Source {
    /// Reads the footer, in two ranges at most.
    ///
    /// # Errors
    ///
    /// [`ExitCode::Source`] for what is no Parquet file, else as [`Source::read`].
    pub async fn footer(&self) -> Result<Footer, Failure> {
        let mut reader = match FooterReader::new(self.bytes()) {
            Ok(reader) => reader,
            Err(error) => return Err(self.undecodable(error).await),
        };
        let mut fetches = 0;
        loop {
            let bytes = self.read(reader.wants()).await?;
            fetches += 1;
            match reader.push(bytes) {
                Ok(None) => {}
                // What came in one piece belongs together.
                Ok(Some(footer)) if fetches == 1 => return Ok(footer),
                Ok(Some(footer)) => return self.unchanged().await.map(|()| footer),
                Err(error) => return Err(self.undecodable(error).await),
            }
        }
    }

    /// The failure to make sense of what was read: that it was changed in the meantime, if it was.
    pub async fn undecodable(&self, error: blockwrite::Error) -> Failure {
        if let Err(changed) = self.unchanged().await {
            return changed;
        }
        let sentence = format!("could not read `{self}`");
        Failure::new(
            ExitCode::Source,
            anyhow::Error::new(error).context(sentence),
        )
    }
}
