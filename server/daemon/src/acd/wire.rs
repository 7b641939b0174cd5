//! The bytes between a link and its far end: TCP, or TLS over TCP. Whoever reads and writes them cannot tell which.

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

/// A connection, whatever carries it.
pub(super) trait Bytes: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Bytes for T {}

/// A connection. TLS was not made a type parameter: one look at a table for each read costs nothing beside the read.
pub(super) type Wire = Box<dyn Bytes>;

/// Sends bytes; they are on their way and not in a buffer when this returns.
pub(super) async fn send(wire: &mut Wire, bytes: &[u8]) -> std::io::Result<()> {
    wire.write_all(bytes).await?;
    wire.flush().await
}
