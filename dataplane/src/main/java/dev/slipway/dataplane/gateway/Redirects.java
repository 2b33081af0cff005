package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.net.Request;
import dev.slipway.net.Response;

/// Sends a client elsewhere.
final class Redirects {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private Redirects() {}

  static void send(Redirect to, PathRule matched, Request request, String path, Response response) {
    response
        .status(to.status())
        .header("location", location(to, matched, request, path))
        .send(new byte[0]);
  }

  /// As Gateway API's HTTPRequestRedirectFilter: what is not given stays, but a new scheme without
  /// a port means that scheme's own.
  static String location(Redirect to, PathRule matched, Request request, String path) {
    var scheme = to.scheme().orElse(request.secure() ? "https" : "http");
    var authority = request.authority();
    int colon = portAt(authority);
    var host = to.host().orElse(colon < 0 ? authority : authority.substring(0, colon));
    var target = to.path().map(edit -> PathEdits.apply(edit, matched, path)).orElse(path);
    var query = request.rawQuery();
    return scheme
        + "://"
        + host
        + port(to, scheme, colon < 0 ? "" : authority.substring(colon))
        + target
        + (query.isEmpty() ? "" : (target.indexOf('?') < 0 ? "?" : "&") + query);
  }

  private static String port(Redirect to, String scheme, String present) {
    if (to.port().isPresent()) {
      int port = to.port().get();
      boolean usual = port == (scheme.equals("https") ? HTTPS : HTTP);
      return usual ? "" : ":" + port;
    }
    return to.scheme().isPresent() ? "" : present;
  }

  private static int portAt(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon >= 0 && authority.indexOf(']', colon) < 0 ? colon : -1;
  }
}
