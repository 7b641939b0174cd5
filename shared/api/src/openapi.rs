//! The endpoint list as OpenAPI and as a page for people.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::endpoints::{Endpoint, Guard, Method, Response, all};
use crate::error::ErrorBody;
use crate::shape::Shape;

fn verb(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Delete => "delete",
    }
}

/// The API as an OpenAPI 3.1 document.
pub fn openapi_json() -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    let mut collect = |shape: &Shape| {
        for (name, schema) in &shape.parts {
            schemas.insert(name.clone(), serde_json::to_value(schema).unwrap_or_default());
        }
        shape.schema.clone()
    };
    let error = collect(&Shape::of::<ErrorBody>());
    for endpoint in all() {
        let operation = operation(&endpoint, &mut collect, &error);
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[verb(endpoint.method)] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Understudy", "version": crate::VERSION, "license": { "name": "MIT OR Apache-2.0" } },
        "paths": paths,
        "components": { "schemas": schemas, "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } } },
    })
}

fn operation(endpoint: &Endpoint, collect: &mut impl FnMut(&Shape) -> Value, error: &Value) -> Value {
    let parameters: Vec<Value> = endpoint
        .query
        .iter()
        .map(|(name, required, meaning)| {
            json!({ "name": name, "in": "query", "required": required, "description": meaning, "schema": { "type": "string" } })
        })
        .collect();
    let success = match &endpoint.response {
        Response::Json(shape) => {
            json!({ "description": "done", "content": { shape.media: { "schema": collect(shape) } } })
        }
        Response::Stream(shape) => {
            json!({ "description": "frames", "content": { "text/event-stream": { "schema": collect(shape) } } })
        }
        Response::Text => {
            json!({ "description": "done", "content": { "text/plain": { "schema": { "type": "string" } } } })
        }
        Response::Empty => json!({ "description": "done" }),
    };
    let mut operation = json!({
        "summary": endpoint.summary,
        "parameters": parameters,
        "responses": {
            "200": success,
            "default": { "description": "refused or failed", "content": { "application/json": { "schema": error } } },
        },
    });
    if let Some(shape) = &endpoint.request {
        operation["requestBody"] =
            json!({ "required": true, "content": { shape.media: { "schema": collect(shape) } } });
    }
    if endpoint.guard != Guard::Open {
        operation["security"] = json!([{ "token": [] }]);
    }
    operation
}

/// The API as a page for people (`docs/api.md`).
pub fn markdown() -> String {
    let mut page = String::from(
        "# API\n\nDerived from `shared/api/src/endpoints.rs`; a test keeps it fresh. The machine-readable form is \
         `/openapi.json` of every server.\n\nErrors have the shape `{\"code\": …, \"message\": …}`. All but the open \
         endpoints want `Authorization: Bearer TOKEN`.\n\n| method | path | who | what | query | body | answer |\n|---|---|---|---|---|---|---|\n",
    );
    for endpoint in all() {
        let query: Vec<String> = endpoint
            .query
            .iter()
            .map(|(name, required, meaning)| {
                format!("`{name}`{} {meaning}", if *required { "" } else { " (optional)" })
            })
            .collect();
        let answer = match &endpoint.response {
            Response::Json(shape) => shape.name.clone(),
            Response::Stream(shape) => format!("stream of {}", shape.name),
            Response::Text => "text".to_owned(),
            Response::Empty => String::new(),
        };
        let _ = writeln!(
            page,
            "| {} | `{}` | {} | {} | {} | {} | {} |",
            verb(endpoint.method).to_uppercase(),
            endpoint.path,
            match endpoint.guard {
                Guard::Open => "anybody".to_owned(),
                Guard::User => "users".to_owned(),
                Guard::Reads(feature) => format!("readers of {feature}"),
                Guard::Writes(feature) => format!("writers of {feature}"),
                Guard::Administrator => "administrators".to_owned(),
            },
            endpoint.summary,
            query.join("; "),
            endpoint.request.as_ref().map_or("", |shape| shape.name.as_str()),
            answer,
        );
    }
    page
}
