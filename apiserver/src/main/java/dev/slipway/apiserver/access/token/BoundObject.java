package dev.slipway.apiserver.access.token;

/// The object a token lives and dies with.
///
/// @param kind as the claim names it: `pod`, `secret` or `node`
/// @param uid empty where the object was not found
record BoundObject(String kind, String name, String uid) {}
