package dev.slipway.inference.artifact;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// One HTTP request, before it is signed.
///
/// @param uri already percent-encoded as it will be sent
/// @param form the body of a POST, `application/x-www-form-urlencoded`; `""` for a GET
record Ask(URI uri, Map<String, String> headers, String form) {
  Ask {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  static Ask get(URI uri) {
    return new Ask(uri, Map.of(), "");
  }

  static Ask get(String uri) {
    return get(URI.create(uri));
  }

  static Ask post(URI uri, String form) {
    return new Ask(uri, Map.of("Content-Type", "application/x-www-form-urlencoded"), form);
  }

  Ask with(String name, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new Ask(uri, all, form);
  }

  Ask withAll(Map<String, String> more) {
    var all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new Ask(uri, all, form);
  }

  String method() {
    return form.isEmpty() ? "GET" : "POST";
  }

  /// For messages: no query, which may be a signature.
  String shown() {
    return method() + " " + Location.masked(uri.toString());
  }

  /// Adds what a service wants to see of the caller: a signature, a token.
  @FunctionalInterface
  interface Signer {
    Ask sign(Ask ask) throws ArtifactException, java.io.IOException, InterruptedException;

    static Signer none() {
      return ask -> ask;
    }
  }
}
