package dev.slipway.autoscaling;

/// Names a revision, or whatever else is scaled by its requests.
public record LoadKey(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
