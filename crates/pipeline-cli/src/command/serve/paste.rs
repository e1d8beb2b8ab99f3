//! What is printed to be pasted: into a shell, into DuckDB, into Python.

use std::path::Path;

use embedded_s3::EmbeddedS3;

use super::example_object::ExampleObject;

/// A server and an object on it, put into the words of other programs. None of the values needs
/// quoting: the server draws its keys from letters and digits, and of objects only those with
/// plain names are taken.
pub(super) struct Paste<'a> {
    pub server: &'a EmbeddedS3,
    pub example: &'a ExampleObject,
    /// A variable that is set where the lines may be pasted, and would win over them.
    pub winning_variable: Option<&'static str>,
}

impl Paste<'_> {
    /// For a shell, and for `.env`.
    pub(super) fn shell_lines(&self) -> String {
        let server = self.server;
        let endpoint = server.endpoint();
        let winning = self
            .winning_variable
            .map_or_else(String::new, |name| format!("export {name}={endpoint}\n"));
        format!(
            "{winning}\
             export AWS_ENDPOINT_URL_S3={endpoint}\n\
             export AWS_ACCESS_KEY_ID={}\n\
             export AWS_SECRET_ACCESS_KEY={}\n\
             export AWS_REGION={}\n",
            server.access_key_id(),
            server.secret_access_key(),
            server.region(),
        )
    }

    /// For people, at most 80 columns wide; the blocks stand at the left margin, as Python wants
    /// them.
    pub(super) fn text_for_people(&self, folder: &Path) -> String {
        let missing = if self.example.exists {
            ""
        } else {
            "\n\
             The file in the examples is not there yet: `pipeline-cli`, run with those\n\
             lines, makes it.\n"
        };
        format!(
            "\n\
             Serving {} at {} until Ctrl-C.\n\
             Buckets are the folders in it. The `export` lines are for a shell, or for a\n\
             file `.env`, where pipeline-cli looks for them.\n\
             {missing}\
             \n\
             DuckDB:\n\
             \n\
             {}\
             \n\
             Python, with PyArrow:\n\
             \n\
             {}",
            folder.display(),
            self.server.endpoint(),
            self.duckdb(),
            self.pyarrow(),
        )
    }

    fn duckdb(&self) -> String {
        format!(
            "CREATE OR REPLACE SECRET (\n\
             \x20   TYPE s3, KEY_ID '{}',\n\
             \x20   SECRET '{}',\n\
             \x20   REGION '{}', ENDPOINT '{}',\n\
             \x20   URL_STYLE 'path', USE_SSL false\n\
             );\n\
             SELECT * FROM read_parquet('s3://{}') LIMIT 10;\n",
            self.server.access_key_id(),
            self.server.secret_access_key(),
            self.server.region(),
            self.host(),
            self.example.path,
        )
    }

    fn pyarrow(&self) -> String {
        format!(
            "from pyarrow import fs, parquet\n\
             s3 = fs.S3FileSystem(\n\
             \x20   endpoint_override='{}', scheme='http', region='{}',\n\
             \x20   access_key='{}',\n\
             \x20   secret_key='{}',\n\
             )\n\
             table = parquet.read_table('{}', filesystem=s3)\n\
             print(table.num_rows, table.schema.names)\n",
            self.host(),
            self.server.region(),
            self.server.access_key_id(),
            self.server.secret_access_key(),
            self.example.path,
        )
    }

    /// `127.0.0.1:40123`: both want the scheme apart.
    fn host(&self) -> String {
        let endpoint = self.server.endpoint();
        let host = endpoint.split_once("://").map(|(_, host)| host);
        host.unwrap_or(&endpoint).to_owned()
    }
}
