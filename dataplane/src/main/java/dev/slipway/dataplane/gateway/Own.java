package dev.slipway.dataplane.gateway;

/// Names by which a client means this machine, not a host behind it.
public final class Own {
  private Own() {}

  /// Whether an authority is a name without domain, as `localhost`, or an address.
  public static boolean isNamed(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean port = colon >= 0 && authority.indexOf(']', colon) < 0;
    var host = port ? authority.substring(0, colon) : authority;
    return host.indexOf('.') < 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
