//! What a file tells of its pages, and in which form they are.

use parquet::file::properties::{EnabledStatistics, WriterVersion};
use serde::{Deserialize, Serialize};

/// Which statistics a file carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatisticsLevel {
    /// None.
    None,
    /// Of each column chunk: enough to skip row groups.
    #[default]
    Chunk,
    /// Of each page too: lets readers skip pages, costs time and footer bytes.
    Page,
}

/// Version of data pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PageVersion {
    /// Read by everything.
    #[default]
    #[serde(rename = "1")]
    V1,
    /// Levels stand uncompressed in front of the values, and a page may stay uncompressed where
    /// its codec saves nothing.
    #[serde(rename = "2")]
    V2,
}

impl StatisticsLevel {
    pub(super) fn enabled(self) -> EnabledStatistics {
        match self {
            Self::None => EnabledStatistics::None,
            Self::Chunk => EnabledStatistics::Chunk,
            Self::Page => EnabledStatistics::Page,
        }
    }
}

impl PageVersion {
    pub(super) fn version(self) -> WriterVersion {
        match self {
            Self::V1 => WriterVersion::PARQUET_1_0,
            Self::V2 => WriterVersion::PARQUET_2_0,
        }
    }
}
