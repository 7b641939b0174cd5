//! TLS in front of a server's link: what a plain switch tells goes on by TLS, so that the server's part of it can be measured. What
//! this end of it costs is no figure of the server's.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;

/// The front of one link; dropping it ends its connections.
pub struct Front {
    address: SocketAddr,
    _runtime: Runtime,
}

impl Front {
    /// A front of a link whose certificate has this fingerprint.
    pub fn of(link: SocketAddr, fingerprint: &str) -> Result<Front> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let tls = TlsConnector::from(Arc::new(certificate::connecting(vec![fingerprint.parse()?], None)?));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).context("opening a port for TLS")?;
        let address = listener.local_addr()?;
        runtime.spawn(async move {
            while let Ok((plain, _)) = listener.accept().await {
                let tls = tls.clone();
                tokio::spawn(async move {
                    if let Err(error) = carry(plain, link, &tls).await {
                        eprintln!("cms-load: the connection by TLS ended: {error}");
                    }
                });
            }
        });
        Ok(Front { address, _runtime: runtime })
    }

    /// Where a plain switch connects.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn carry(mut plain: TcpStream, link: SocketAddr, tls: &TlsConnector) -> std::io::Result<()> {
    plain.set_nodelay(true)?;
    let stream = TcpStream::connect(link).await?;
    stream.set_nodelay(true)?;
    let mut stream = tls.connect(IpAddr::from([127, 0, 0, 1]).into(), stream).await?;
    tokio::io::copy_bidirectional_with_sizes(&mut plain, &mut stream, 256 << 10, 16 << 10).await.map(drop)
}
