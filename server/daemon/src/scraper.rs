//! Who may ask for metrics without signing in: whoever bears the token of `cms.toml`.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::config::MetricsConfig;
use crate::people::Rights;
use crate::reach::Reach;

/// A shorter token could be guessed.
const TOKEN_MIN: usize = 16;
/// Who may ask without signing in.
pub struct Scraper {
    /// SHA-256 of the token, so that comparing tells nothing of it; `None` if there is no token.
    token: Option<[u8; 32]>,
    rights: Arc<Rights>,
}

impl Scraper {
    /// Reads the token of a data folder.
    pub fn new(dir: &Path, config: Option<&MetricsConfig>) -> Result<Scraper> {
        let token = match config {
            None => None,
            Some(config) => {
                let path = dir.join(&config.token_file);
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("cannot read {}: [metrics] token_file of cms.toml", path.display()))?;
                let token = text.trim();
                if token.len() < TOKEN_MIN {
                    let path = path.display();
                    bail!(
                        "{path} must hold a token of {TOKEN_MIN} characters or more, such as `openssl rand -hex 32` writes"
                    );
                }
                Some(Sha256::digest(token.as_bytes()).into())
            }
        };
        Ok(Scraper { token, rights: Arc::new(Rights::of_scraper(Arc::new(Reach::everything()))) })
    }

    /// What the bearer of a token may, if it is that of `cms.toml`.
    pub fn admits(&self, token: &str) -> Option<Arc<Rights>> {
        let asked: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        self.token.filter(|known| *known == asked).map(|_| Arc::clone(&self.rights))
    }
}
