//! Poolhouse, a local Amazon Cognito for tests.
