//! The client's requests about exceptions and agent traces.

use api::endpoints as at;
use api::{Changed, Exception, ExceptionLog, ExceptionType, ServerExceptions, SetException, SetTrace};
use model::AcdNumber;
use reqwest::Method;

use crate::connection::{Client, REQUEST_TIMEOUT};
use crate::error::ClientError;
use crate::live::Live;

impl Client {
    /// The exceptions that can be watched.
    pub async fn exception_types(&self) -> Result<Vec<ExceptionType>, ClientError> {
        self.json(self.get(at::EXCEPTION_TYPES)).await
    }

    /// The rules for exceptions, also those that are off.
    pub async fn exceptions(&self, acd: AcdNumber) -> Result<Vec<Exception>, ClientError> {
        self.json(self.get(at::EXCEPTIONS).query(&[("acd", acd.0)])).await
    }

    /// Turns exceptions on or off and sets their limits.
    pub async fn set_exception(&self, set: &SetException) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::EXCEPTION, REQUEST_TIMEOUT, set)).await
    }

    /// The last hundred exceptions, oldest first.
    pub async fn exception_log(&self, acd: AcdNumber) -> Result<ExceptionLog, ClientError> {
        self.json(self.get(at::EXCEPTION_LOG).query(&[("acd", acd.0)])).await
    }

    /// The last hundred exceptions, then each as it happens. A frame comes every few seconds, with or without any.
    pub async fn follow_exceptions(&self, acd: AcdNumber) -> Result<Live<ExceptionLog>, ClientError> {
        self.stream(at::EXCEPTIONS_LIVE, |request| request.query(&[("acd", acd.0)]), None).await
    }

    /// What troubled the server itself since it started.
    pub async fn server_exceptions(&self) -> Result<ServerExceptions, ClientError> {
        self.json(self.get(at::SERVER_EXCEPTIONS)).await
    }

    /// The agents who are traced.
    pub async fn traces(&self, acd: AcdNumber) -> Result<Vec<String>, ClientError> {
        self.json(self.get(at::TRACES).query(&[("acd", acd.0)])).await
    }

    /// Turns the trace of an agent on or off.
    pub async fn set_trace(&self, set: &SetTrace) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::TRACE, REQUEST_TIMEOUT, set)).await
    }
}
