package dev.slipway.engines.sklearn.pickle;

/// A class or function a pickle names; only ever a name.
public record PyGlobal(String module, String name) {
  @Override
  public String toString() {
    return module + "." + name;
  }
}
