package dev.slipway.control;

/// A kind of resource as the API serves it.
///
/// @param group empty for core
/// @param version the version read and written
/// @param kind `Deployment`
/// @param plural `deployments`
public record Kind(String group, String version, String kind, String plural, boolean namespaced) {
  public static Kind namespaced(String group, String version, String kind, String plural) {
    return new Kind(group, version, kind, plural, true);
  }

  public static Kind clusterWide(String group, String version, String kind, String plural) {
    return new Kind(group, version, kind, plural, false);
  }

  /// `apps/v1`, `v1`.
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /// As messages name it: `deployments.apps`, `pods`.
  public String qualified() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  public Key key(String namespace, String name) {
    return new Key(this, namespaced ? namespace : "", name);
  }

  @Override
  public String toString() {
    return apiVersion() + " " + kind;
  }
}
