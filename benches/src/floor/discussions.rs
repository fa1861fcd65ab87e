//! The bare requests of a list that pages by number: one connection, bytes that nobody looks at.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result, bail};

use crate::load::{DISCUSSIONS, PAGES};

/// Reads every page.
pub(crate) fn bytes(base: &str, token: &str) -> Result<usize> {
    let address = base.strip_prefix("http://").context("a plain address")?;
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut stream = BufReader::with_capacity(64 * 1024, stream);
    let (mut total, mut body, mut line) = (0, Vec::new(), String::new());
    for page in 0..PAGES {
        let request = format!(
            "GET {DISCUSSIONS}?p={page} HTTP/1.1\r\nhost: {address}\r\n\
             authorization: Bearer {token}\r\n\r\n"
        );
        stream.get_mut().write_all(request.as_bytes())?;
        let mut length = None;
        loop {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                bail!("the Hub closed the connection");
            }
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse().ok();
                }
                Some(_) => {}
                None if line.trim_end().is_empty() => break,
                None if line.contains(" 200 ") => {}
                None => bail!("the Hub answered {}", line.trim_end()),
            }
        }
        body.resize(length.context("an answer without a length")?, 0);
        stream.read_exact(&mut body)?;
        total += body.len();
    }
    Ok(total)
}
