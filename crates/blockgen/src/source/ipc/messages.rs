//! The messages of a stream, looked at before arrow's reader takes them.
//!
//! The reader reserves as many bytes as a message says it has, and as many as a packed buffer says
//! it will have. A few wrong bytes would ask for more memory than there is, which ends the process.

use std::io::{self, BufRead, Read};

use arrow::ipc::{self, MessageHeader};

/// Most bytes of a message's description; that of a thousand columns takes some 100 KiB.
const MOST_META_BYTES: usize = 64 << 20;

/// Most bytes of a message's values, packed and unpacked: all that is read of a table at a time.
const MOST_BODY_BYTES: u64 = 2 << 30;

/// Most rows of a message. Columns of nulls take no bytes, however many rows they claim.
const MOST_ROWS: i64 = i32::MAX as i64;

const CONTINUATION: [u8; 4] = [0xFF; 4];

/// Passes a stream on, a whole message at a time.
pub(super) struct Messages {
    input: Box<dyn BufRead + Send>,
    /// Whether the stream lies in a file, whose end must not be missing: in a mere stream, an end
    /// between two messages is as good as one that is marked.
    in_file: bool,
    over: bool,
    ready: Vec<u8>,
    at: usize,
}

impl Messages {
    pub fn new(input: Box<dyn BufRead + Send>, in_file: bool) -> Self {
        Self {
            input,
            in_file,
            over: false,
            ready: Vec::new(),
            at: 0,
        }
    }

    /// Reads the next message: length, description, values.
    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.at = 0;
        if self.over {
            return Ok(());
        }
        if self.take(4)? == 0 {
            self.over = true;
            return match self.in_file {
                true => Err(broken("the file ends before its stream does".to_owned())),
                false => Ok(()),
            };
        }
        // Streams before Arrow 0.15 have no marker before the length.
        if self.ready == CONTINUATION {
            self.exactly(4)?;
        }
        let length = self
            .ready
            .last_chunk()
            .map_or(0, |length| i32::from_le_bytes(*length));
        if length == 0 {
            self.over = true;
            return Ok(());
        }
        let meta = match usize::try_from(length) {
            Ok(meta) if meta <= MOST_META_BYTES => meta,
            _ => {
                return Err(broken(format!(
                    "a message says that its description is {length} bytes long"
                )));
            }
        };
        let start = self.ready.len();
        self.exactly(meta)?;
        let body = body_bytes(&self.ready[start..])?;
        let body_start = self.ready.len();
        self.exactly(body)?;
        check_packed(&self.ready[start..body_start], &self.ready[body_start..])
    }

    /// Takes bytes, or none at the end; memory grows with what is there, not with what is asked.
    fn take(&mut self, bytes: usize) -> io::Result<usize> {
        let mut wanted = self.input.by_ref().take(bytes as u64);
        wanted.read_to_end(&mut self.ready)
    }

    fn exactly(&mut self, bytes: usize) -> io::Result<()> {
        if self.take(bytes)? < bytes {
            return Err(broken("it ends within a message".to_owned()));
        }
        Ok(())
    }
}

fn message(meta: &[u8]) -> io::Result<ipc::Message<'_>> {
    ipc::root_as_message(meta)
        .map_err(|error| broken(format!("a message cannot be understood: {error}")))
}

/// How long a message's values are.
fn body_bytes(meta: &[u8]) -> io::Result<usize> {
    let length = message(meta)?.bodyLength();
    match u64::try_from(length) {
        Ok(bytes) if bytes <= MOST_BODY_BYTES => {
            usize::try_from(bytes).map_err(|error| broken(error.to_string()))
        }
        _ => Err(broken(format!(
            "a message says that its values are {length} bytes long; the most that is read is \
             {MOST_BODY_BYTES}"
        ))),
    }
}

/// That rows and packed buffers do not claim more than can be.
fn check_packed(meta: &[u8], body: &[u8]) -> io::Result<()> {
    let message = message(meta)?;
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message
            .header_as_dictionary_batch()
            .and_then(|dictionary| dictionary.data()),
        _ => None,
    };
    let Some(batch) = batch else { return Ok(()) };
    let nodes = batch.nodes().into_iter().flatten();
    let mut lengths = nodes.map(|node| node.length()).chain([batch.length()]);
    if let Some(rows) = lengths.find(|rows| !(0..=MOST_ROWS).contains(rows)) {
        return Err(broken(format!("a message says that it has {rows} rows")));
    }
    if batch.compression().is_none() {
        return Ok(());
    }
    let mut unpacked: u64 = 0;
    for buffer in batch.buffers().into_iter().flatten() {
        // The first eight bytes say how long it is unpacked; -1 is "not packed".
        let start = usize::try_from(buffer.offset()).unwrap_or(usize::MAX);
        let length = body.get(start..).and_then(|rest| rest.first_chunk());
        let length = length.map_or(0, |length| i64::from_le_bytes(*length));
        unpacked = unpacked.saturating_add(u64::try_from(length).unwrap_or(0));
    }
    if unpacked > MOST_BODY_BYTES {
        return Err(broken(format!(
            "a message says that its values are {unpacked} bytes long unpacked; the most that is \
             read is {MOST_BODY_BYTES}"
        )));
    }
    Ok(())
}

fn broken(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl Read for Messages {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() {
            self.refill()?;
        }
        let bytes = (&self.ready[self.at..]).read(into)?;
        self.at += bytes;
        Ok(bytes)
    }
}
