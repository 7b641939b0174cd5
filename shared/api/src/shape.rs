//! What a body looks like: its schema, and its name for people.

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

const JSON: &str = "application/json";

/// The schema of a body, with the named schemas it refers to.
pub(crate) struct Shape {
    pub(crate) media: &'static str,
    pub(crate) schema: Value,
    pub(crate) name: String,
    pub(crate) parts: Vec<(String, RefOr<Schema>)>,
}

impl Shape {
    pub(crate) fn of<T: ToSchema + PartialSchema>() -> Self {
        let mut parts = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut parts);
        let name = T::name().into_owned();
        Shape { media: JSON, schema: json!({ "$ref": format!("#/components/schemas/{name}") }), name, parts }
    }

    pub(crate) fn list_of<T: ToSchema + PartialSchema>() -> Self {
        let one = Shape::of::<T>();
        Shape { schema: json!({ "type": "array", "items": one.schema }), name: format!("list of {}", one.name), ..one }
    }

    pub(crate) fn strings() -> Self {
        let schema = json!({ "type": "array", "items": { "type": "string" } });
        Shape { media: JSON, schema, name: "list of texts".to_owned(), parts: Vec::new() }
    }

    pub(crate) fn object() -> Self {
        Shape { media: JSON, schema: json!({ "type": "object" }), name: "object".to_owned(), parts: Vec::new() }
    }

    /// A file.
    pub(crate) fn bytes() -> Self {
        let schema = json!({ "type": "string", "format": "binary" });
        Shape { media: "application/octet-stream", schema, name: "bytes".to_owned(), parts: Vec::new() }
    }
}
