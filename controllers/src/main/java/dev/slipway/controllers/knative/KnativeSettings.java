package dev.slipway.controllers.knative;

/// How services are reached from outside.
///
/// @param domain names end in it: `localhost`
/// @param scheme `http` or `https`
/// @param port of the gateway, shown in URLs where it is not the scheme's own
public record KnativeSettings(String domain, String scheme, int port) {
  /// The URL of a host name.
  public String url(String host) {
    boolean plain =
        (scheme.equals("http") && port == 80) || (scheme.equals("https") && port == 443);
    return scheme + "://" + host + (plain || port <= 0 ? "" : ":" + port);
  }

  /// The same under another domain.
  KnativeSettings in(String other) {
    return new KnativeSettings(other, scheme, port);
  }

  String host(String name, String namespace) {
    return name + "." + namespace + "." + domain;
  }
}
