//! One message a line, in and out. A line that is no message is answered, never taken for the end.

use std::{io, sync::Arc};

use rmcp::{
    RoleServer,
    service::{RxJsonRpcMessage, TxJsonRpcMessage},
    transport::Transport,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    sync::Mutex,
    task::JoinHandle,
};

/// Longest message that is read; a longer one is left out.
pub(super) const LONGEST: usize = 4 * 1024 * 1024;

/// How much of a message that is left out is kept, to find its id in.
const KEPT: usize = 4 * 1024;

const PARSE_ERROR: i32 = -32_700;
const INVALID_REQUEST: i32 = -32_600;

/// A client's messages over a pair of streams.
pub(super) struct Messages<R, W> {
    input: BufReader<R>,
    output: Arc<Mutex<W>>,
    /// What is here of the next line; a read that is given up goes on where it stopped.
    line: Vec<u8>,
    /// The line has grown too long: only its beginning is kept, the rest is skipped.
    too_long: bool,
    /// An answer to what was no message. The next line waits for it, so that a client that only
    /// writes nonsense and never reads holds up nobody but itself.
    refusal: Option<JoinHandle<()>>,
}

impl<R, W> Messages<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    pub(super) fn new(input: R, output: W) -> Self {
        Self {
            input: BufReader::new(input),
            output: Arc::new(Mutex::new(output)),
            line: Vec::new(),
            too_long: false,
            refusal: None,
        }
    }

    /// Reads until `line` holds a whole line; `None` where the input ends.
    async fn read_line(&mut self) -> Option<()> {
        loop {
            // A broken input is an ended one.
            let available = self.input.fill_buf().await.ok()?;
            if available.is_empty() {
                return None;
            }
            let end = memchr::memchr(b'\n', available);
            let taken = end.map_or(available.len(), |at| at + 1);
            if !self.too_long {
                self.line.extend_from_slice(&available[..taken]);
                self.too_long = self.line.len() > LONGEST;
                if self.too_long {
                    self.line.truncate(KEPT);
                    self.line.shrink_to_fit();
                }
            }
            self.input.consume(taken);
            if end.is_some() {
                return Some(());
            }
        }
    }

    fn refuse(&mut self, id: &Value, code: i32, message: &str) {
        let error =
            json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}});
        let output = Arc::clone(&self.output);
        self.refusal = Some(tokio::spawn(async move {
            // Who does not listen any more has ended the session, which the input will tell.
            let _ = write(&output, &error).await;
        }));
    }

    /// Takes the line that was read: a message, or an answer to what is none.
    fn take(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.too_long) {
            let words =
                format!("the message is longer than {} MiB and was left out", LONGEST >> 20);
            self.refuse(&id_at_the_head(&line), INVALID_REQUEST, &words);
            return None;
        }
        let text = line.trim_ascii();
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        if text.is_empty() {
            return None;
        }
        if let Ok(message) = serde_json::from_slice(text) {
            return Some(message);
        }
        match serde_json::from_slice::<Value>(text) {
            Err(_) => self.refuse(&Value::Null, PARSE_ERROR, "this line is no JSON in UTF-8"),
            // A notification nobody knows and an answer nobody waits for want no answer.
            Ok(Value::Object(fields)) if !wants_an_answer(&fields) => {}
            Ok(message) => {
                let id = message.get("id").filter(|id| id.is_string() || id.is_number());
                let id = id.cloned().unwrap_or_default();
                self.refuse(&id, INVALID_REQUEST, "this is no request of JSON-RPC 2.0");
            }
        }
        None
    }
}

fn wants_an_answer(fields: &serde_json::Map<String, Value>) -> bool {
    let is_notification = fields.contains_key("method") && !fields.contains_key("id");
    let is_answer = fields.contains_key("result") || fields.contains_key("error");
    !is_notification && !is_answer
}

/// The id of a message of which only the beginning is known: what stands before it is read past,
/// and an id further in, of whatever it may be, is not looked for.
fn id_at_the_head(beginning: &[u8]) -> Value {
    let text = String::from_utf8_lossy(beginning);
    let mut rest = text.trim_start().strip_prefix('{').unwrap_or_default();
    loop {
        let mut read = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let Some(Ok(Value::String(key))) = read.next() else { return Value::Null };
        let after = rest[read.byte_offset()..].trim_start();
        let Some(value) = after.strip_prefix(':') else { return Value::Null };
        let mut read = serde_json::Deserializer::from_str(value).into_iter::<Value>();
        let Some(Ok(found)) = read.next() else { return Value::Null };
        let after = value[read.byte_offset()..].trim_start();
        if key == "id" && (found.is_string() || found.is_number()) {
            return found;
        }
        let Some(next) = after.strip_prefix(',') else { return Value::Null };
        rest = next;
    }
}

async fn write<W: AsyncWrite + Unpin>(
    output: &Mutex<W>,
    message: &impl serde::Serialize,
) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut output = output.lock().await;
    output.write_all(&line).await?;
    output.flush().await
}

impl<R, W> Transport<RoleServer> for Messages<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let output = Arc::clone(&self.output);
        async move { write(&output, &message).await }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        // Given up at any of these waits, it is taken up again: nothing is read twice or lost.
        loop {
            if let Some(refusal) = &mut self.refusal {
                let _ = refusal.await;
                self.refusal = None;
            }
            self.read_line().await?;
            if let Some(message) = self.take() {
                return Some(message);
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.output.lock().await.shutdown().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_found_only_where_it_stands_whole_at_the_head() {
        for (beginning, id) in [
            (r#"{"jsonrpc":"2.0","id":7,"method":"tools/ca"#, json!(7)),
            (r#" { "id" : "a" , "x"#, json!("a")),
            (r#"{"params":{"id":3},"id":8,"#, json!(8)),
            (r#"{"params":{"id":3,"x":"yyyy"#, Value::Null),
            (r#"{"id":null,"method":"x"#, Value::Null),
            ("[1,2", Value::Null),
            ("", Value::Null),
        ] {
            assert_eq!(id_at_the_head(beginning.as_bytes()), id, "{beginning}");
        }
    }
}
