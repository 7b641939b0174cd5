//! A small object store on loopback that speaks as S3 does, and goes wrong in whichever way it is told to.
//!
//! Only what the product asks for: lists, whole objects and ranges of them, uploads in parts, removal. It looks at the name of
//! the key that a request is signed with, not at the signature.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use tokio::task::JoinHandle;

/// How often it is looked whether what is held may go.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// What is wrong with the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StoreFault {
    /// Nothing.
    #[default]
    None,
    /// Whoever asks may not.
    Refuses,
    /// Volumes that are written lose their last byte.
    Shortens,
    /// Volumes that are written have a byte changed.
    Changes,
    /// Volumes are taken and not kept.
    Forgets,
    /// Nothing can be written or removed.
    ReadOnly,
    /// Nothing is answered.
    Hangs,
    /// Volumes are listed, and given from their beginning only once this is over.
    Holds,
}

#[derive(Default)]
struct Kept {
    objects: BTreeMap<String, Bytes>,
    uploads: BTreeMap<String, BTreeMap<u32, Bytes>>,
    begun: u32,
    fault: StoreFault,
}

type Shared = Arc<Mutex<Kept>>;

/// The store.
pub struct ObjectServer {
    address: SocketAddr,
    kept: Shared,
    serving: JoinHandle<()>,
}

impl ObjectServer {
    /// Name of its only bucket.
    pub const BUCKET: &'static str = "cms";
    /// Name of the only key that it knows.
    pub const ACCESS_KEY: &'static str = "understudy";

    /// Starts an empty one on a port of its own.
    pub async fn start() -> Result<ObjectServer> {
        let kept = Shared::default();
        let router = Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(Arc::clone(&kept));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, router.into_make_service()).await;
        });
        Ok(ObjectServer { address, kept, serving })
    }

    /// Its address.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets what is wrong from now on.
    pub fn goes_wrong(&self, fault: StoreFault) {
        self.kept.lock().fault = fault;
    }

    /// The names of its objects.
    pub fn names(&self) -> Vec<String> {
        self.kept.lock().objects.keys().cloned().collect()
    }

    /// An object.
    pub fn object(&self, name: &str) -> Option<Vec<u8>> {
        self.kept.lock().objects.get(name).map(|content| content.to_vec())
    }

    /// Puts something in the place of an object; takes it away with `None`.
    pub fn put(&self, name: &str, content: Option<Vec<u8>>) {
        let mut kept = self.kept.lock();
        match content {
            Some(content) => drop(kept.objects.insert(name.to_owned(), content.into())),
            None => drop(kept.objects.remove(name)),
        }
    }

    /// Is gone.
    pub fn stop(&self) {
        self.serving.abort();
    }
}

impl Drop for ObjectServer {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn answer(State(kept): State<Shared>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let fault = kept.lock().fault;
    if fault == StoreFault::Hangs {
        std::future::pending::<()>().await;
    }
    let signed = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if fault == StoreFault::Refuses || !signed.contains(&format!("Credential={}/", ObjectServer::ACCESS_KEY)) {
        return error(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied.");
    }
    if fault == StoreFault::ReadOnly && method != Method::GET && method != Method::HEAD {
        return error(StatusCode::FORBIDDEN, "AccessDenied", "This key may only read.");
    }
    let path = uri.path().trim_start_matches('/');
    let (bucket, name) = path.split_once('/').unwrap_or((path, ""));
    if bucket != ObjectServer::BUCKET {
        return error(StatusCode::NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist.");
    }
    let query = parameters(uri.query().unwrap_or_default());
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let fetches = method == Method::GET && name.ends_with(".zst") && range.starts_with("bytes=0-");
    while fetches && kept.lock().fault == StoreFault::Holds {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let mut kept = kept.lock();
    match (&method, query.contains_key("uploads"), query.get("uploadId")) {
        (&Method::GET, ..) if name.is_empty() => list(&kept, query.get("prefix").map_or("", String::as_str)),
        (&Method::GET | &Method::HEAD, ..) => read(&kept, name, &headers),
        (&Method::POST, true, _) => begin(&mut kept),
        (&Method::POST, false, Some(upload)) => complete(&mut kept, name, upload),
        (&Method::PUT, _, Some(upload)) => {
            let number = query.get("partNumber").and_then(|number| number.parse().ok()).unwrap_or(0);
            kept.uploads.entry(upload.clone()).or_default().insert(number, body);
            tagged(StatusCode::OK, number as usize)
        }
        (&Method::PUT, _, None) => write(&mut kept, name, body),
        (&Method::DELETE, _, Some(upload)) => {
            kept.uploads.remove(upload);
            StatusCode::NO_CONTENT.into_response()
        }
        (&Method::DELETE, _, None) => {
            kept.objects.remove(name);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => error(StatusCode::NOT_IMPLEMENTED, "NotImplemented", "Not here."),
    }
}

fn parameters(query: &str) -> BTreeMap<String, String> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.to_owned(), value.replace("%2F", "/"))
    };
    query.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn list(kept: &Kept, prefix: &str) -> Response {
    let entry = |(name, content): (&String, &Bytes)| {
        format!(
            "<Contents><Key>{name}</Key><LastModified>2026-11-26T00:00:00.000Z</LastModified><ETag>{}</ETag><Size>{}</Size></Contents>",
            tag(content),
            content.len()
        )
    };
    let entries: String = kept.objects.iter().filter(|(name, _)| name.starts_with(prefix)).map(entry).collect();
    xml(&format!("<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"))
}

/// Changes with the content, as the tag of a store does.
fn tag(content: &[u8]) -> String {
    let sum = content.iter().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    format!("&quot;{sum:x}&quot;")
}

fn read(kept: &Kept, name: &str, headers: &HeaderMap) -> Response {
    let Some(content) = kept.objects.get(name) else {
        return error(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.");
    };
    let told =
        [(header::ETAG, "\"1\"".to_owned()), (header::LAST_MODIFIED, "Thu, 26 Nov 2026 00:00:00 GMT".to_owned())];
    let range =
        headers.get(header::RANGE).and_then(|value| value.to_str().ok()?.strip_prefix("bytes=")?.split_once('-'));
    let Some((from, to)) = range else { return (told, content.clone()).into_response() };
    let total = content.len();
    let from = from.parse().unwrap_or(0).min(total);
    let end = to.parse::<usize>().map_or(total, |last| last + 1).clamp(from, total);
    let stretch = (header::CONTENT_RANGE, format!("bytes {from}-{}/{total}", end.saturating_sub(1)));
    (StatusCode::PARTIAL_CONTENT, told, [stretch], content.slice(from..end)).into_response()
}

fn begin(kept: &mut Kept) -> Response {
    kept.begun += 1;
    let id = format!("upload-{}", kept.begun);
    kept.uploads.insert(id.clone(), BTreeMap::new());
    xml(&format!("<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"))
}

fn complete(kept: &mut Kept, name: &str, upload: &str) -> Response {
    let parts = kept.uploads.remove(upload).unwrap_or_default();
    let content: Vec<u8> = parts.into_values().flat_map(|part| part.to_vec()).collect();
    write(kept, name, content.into());
    xml("<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>")
}

fn write(kept: &mut Kept, name: &str, content: Bytes) -> Response {
    let is_volume = name.ends_with(".zst");
    let content = match kept.fault {
        StoreFault::Shortens if is_volume => content.slice(..content.len().saturating_sub(1)),
        StoreFault::Changes if is_volume => {
            let mut changed = content.to_vec();
            let middle = changed.len() / 2;
            changed[middle] ^= 1;
            changed.into()
        }
        _ => content,
    };
    if !(kept.fault == StoreFault::Forgets && is_volume) {
        kept.objects.insert(name.to_owned(), content);
    }
    tagged(StatusCode::OK, kept.objects.len())
}

fn tagged(status: StatusCode, tag: usize) -> Response {
    (status, [(header::ETAG, format!("\"{tag}\""))]).into_response()
}

fn xml(body: &str) -> Response {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    ([(header::CONTENT_TYPE, "application/xml")], format!("{head}{body}")).into_response()
}

fn error(status: StatusCode, code: &str, message: &str) -> Response {
    (status, format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"))
        .into_response()
}
