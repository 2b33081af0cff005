package dev.slipway.apiserver.resource;

/// The full name of a kind.
///
/// @param group empty for the core group
public record GroupVersionKind(String group, String version, String kind) {
  /// As manifests write it: `apps/v1`, `v1`.
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /// Reads `apiVersion` and `kind`.
  public static GroupVersionKind of(String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    return slash < 0
        ? new GroupVersionKind("", apiVersion, kind)
        : new GroupVersionKind(
            apiVersion.substring(0, slash), apiVersion.substring(slash + 1), kind);
  }
}
