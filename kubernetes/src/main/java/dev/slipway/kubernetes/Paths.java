package dev.slipway.kubernetes;

import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Where a Kubernetes API serves what.
final class Paths {
  private Paths() {}

  /// All objects of a kind.
  static String all(Kind kind) {
    return root(kind) + "/" + kind.plural();
  }

  /// Where objects of a kind are created.
  static String collection(Kind kind, String namespace) {
    return kind.namespaced()
        ? root(kind) + "/namespaces/" + encoded(namespace) + "/" + kind.plural()
        : all(kind);
  }

  static String object(Key key) {
    return collection(key.kind(), key.namespace()) + "/" + encoded(key.name());
  }

  private static String root(Kind kind) {
    return kind.group().isEmpty()
        ? "/api/" + kind.version()
        : "/apis/" + kind.group() + "/" + kind.version();
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
