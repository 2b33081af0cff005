package dev.slipway.node;

/// Which list of a pod's specification a container is of.
enum Role {
  /// It runs before all others, or beside them as a sidecar.
  INIT("initContainers"),
  MAIN("containers"),
  /// It joined a pod that ran already, to look at it; it runs once, and the pod does not wait for
  /// it.
  EPHEMERAL("ephemeralContainers");

  private final String list;

  Role(String list) {
    this.list = list;
  }

  /// The field of `spec`.
  String list() {
    return list;
  }
}
