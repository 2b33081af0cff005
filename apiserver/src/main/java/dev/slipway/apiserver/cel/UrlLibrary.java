package dev.slipway.apiserver.cel;

import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.slipway.apiserver.cel.Functions.Parameter;
import dev.slipway.apiserver.schema.Url;

/// URLs. Source: `k8s.io/apiserver/pkg/cel/library/urls.go`.
final class UrlLibrary {
  private static final Parameter<Url> URL = Parameter.opaque("kubernetes.URL", Url.class);

  private UrlLibrary() {}

  static void add(Functions functions) {
    var text = SimpleType.STRING;
    functions.global("url", "string_to_url", URL.type(), Functions.STRING, UrlLibrary::parse);
    functions.global("isURL", "is_url_string", SimpleType.BOOL, Functions.STRING, Url::isValid);
    functions.member("getScheme", "url_get_scheme", text, URL, Url::scheme);
    functions.member("getHost", "url_get_host", text, URL, Url::host);
    functions.member("getHostname", "url_get_hostname", text, URL, Url::hostname);
    functions.member("getPort", "url_get_port", text, URL, Url::port);
    functions.member("getEscapedPath", "url_get_escaped_path", text, URL, Url::escapedPath);
    functions.member(
        "getQuery",
        "url_get_query",
        MapType.create(text, ListType.create(text)),
        URL,
        Url::parameters);
  }

  private static Url parse(String text) {
    try {
      return Url.parse(text);
    } catch (Url.Malformed malformed) {
      throw Functions.failure(
          "URL parse error during conversion from string: " + malformed.getMessage());
    }
  }
}
