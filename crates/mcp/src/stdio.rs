//! One client over standard input and output.

mod messages;

use std::{io, sync::Arc};

use rmcp::{ServiceExt, service::ServerInitializeError, transport::stdio_pipes};
use tokio::io::{AsyncRead, AsyncWrite};

use self::messages::Messages;
use crate::{
    call::Server,
    server::{Serve, Served},
};

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
    let service = match Served::new(server).serve(Messages::new(input, output)).await {
        Ok(service) => service,
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(io::Error::other(error)),
    };
    service.waiting().await.map_err(io::Error::other)?;
    Ok(())
}
