//! One client over standard input and output.

use std::{io, sync::Arc};

use rmcp::{
    ServiceExt,
    service::ServerInitializeError,
    transport::{async_rw::AsyncRwTransport, stdio_pipes},
};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    call::Server,
    server::{Serve, Served},
};

/// Longest message that is read; a longer one is left out.
const LONGEST_MESSAGE: usize = 4 * 1024 * 1024;

/// Serves until the input ends.
///
/// # Errors
///
/// When the client does not begin as the protocol says, or the connection breaks.
pub async fn serve(server: Arc<Server>) -> io::Result<()> {
    let (input, output) = stdio_pipes();
    serve_on(server, input, output).await
}

/// The same on any pair of streams.
///
/// # Errors
///
/// Those of [`serve`].
pub async fn serve_on(
    server: Arc<Server>,
    input: impl AsyncRead + Send + Unpin + 'static,
    output: impl AsyncWrite + Send + Unpin + 'static,
) -> io::Result<()> {
    let transport = AsyncRwTransport::new(input, output).with_max_line_length(LONGEST_MESSAGE);
    let service = match Served::new(server).serve(transport).await {
        Ok(service) => service,
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(io::Error::other(error)),
    };
    service.waiting().await.map_err(io::Error::other)?;
    Ok(())
}
