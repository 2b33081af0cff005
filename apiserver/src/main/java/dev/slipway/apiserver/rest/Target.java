package dev.slipway.apiserver.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a request path points at: the parts of `/apis/GROUP/VERSION/namespaces/NS/PLURAL/NAME/SUB`.
///
/// Rules: `k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`.
///
/// @param plural empty where the path names no resource
/// @param rest what follows the subresource: the path of a proxied request; empty otherwise
/// @param watch the deprecated `/watch/` prefix was used
record Target(
    String group,
    String version,
    String namespace,
    String plural,
    String name,
    String subresource,
    String rest,
    boolean watch) {

  /// Reads a raw (percent-encoded) path.
  ///
  /// @return empty where the path is none of `/api/…` or `/apis/…` with at least a resource
  static Optional<Target> parse(String rawPath) {
    List<String> parts = split(rawPath);
    if (parts.size() >= 3 && parts.get(0).equals("api")) {
      return Optional.of(of("", parts.get(1), parts.subList(2, parts.size())));
    }
    if (parts.size() >= 4 && parts.get(0).equals("apis")) {
      return Optional.of(of(parts.get(1), parts.get(2), parts.subList(3, parts.size())));
    }
    return Optional.empty();
  }

  private static Target of(String group, String version, List<String> given) {
    List<String> parts = given;
    boolean watch = parts.getFirst().equals("watch") && parts.size() > 1;
    if (watch) {
      parts = parts.subList(1, parts.size());
    }
    String namespace = "";
    if (parts.getFirst().equals("namespaces") && parts.size() > 1) {
      namespace = parts.get(1);
      boolean itself =
          parts.size() == 2
              || (parts.size() == 3
                  && (parts.get(2).equals("status") || parts.get(2).equals("finalize")));
      if (!itself) {
        parts = parts.subList(2, parts.size());
      } else {
        String sub = parts.size() == 3 ? parts.get(2) : "";
        return new Target(group, version, namespace, "namespaces", namespace, sub, "", watch);
      }
    }
    String rest = parts.size() > 3 ? String.join("/", parts.subList(3, parts.size())) : "";
    return new Target(
        group, version, namespace, parts.get(0), at(parts, 1), at(parts, 2), rest, watch);
  }

  private static String at(List<String> parts, int position) {
    return position < parts.size() ? parts.get(position) : "";
  }

  private static List<String> split(String rawPath) {
    var parts = new ArrayList<String>(8);
    for (String part : rawPath.split("/", -1)) {
      if (!part.isEmpty()) {
        parts.add(part.indexOf('%') < 0 ? part : decode(part));
      }
    }
    return parts;
  }

  private static String decode(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
