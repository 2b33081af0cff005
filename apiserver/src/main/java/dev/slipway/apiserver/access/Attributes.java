package dev.slipway.apiserver.access;

/// What is being asked, as an authorizer sees it.
///
/// @param verb `get`, `list`, …, or the lower-case HTTP method of a non-resource request
/// @param resource plural; empty for a non-resource request
/// @param path the URL path; only for a non-resource request
public record Attributes(
    UserInfo user,
    String verb,
    String group,
    String version,
    String resource,
    String subresource,
    String namespace,
    String name,
    String path) {
  public boolean isResource() {
    return path.isEmpty();
  }
}
