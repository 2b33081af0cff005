package dev.slipway.inference.artifact;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;

/// Why a store did not answer, for whoever has to do something about it: whom nobody could reach,
/// and what happened there.
final class Unreachable {
  private Unreachable() {}

  /// `127.0.0.1:9000 refused the connection`.
  ///
  /// @param connect how long a connection was waited for
  static String words(URI uri, IOException why, Duration connect) {
    String place = place(uri);
    if (isAny(why, UnresolvedAddressException.class) || isAny(why, UnknownHostException.class)) {
      return "the name " + uri.getHost() + " is not known";
    }
    if (isAny(why, HttpConnectTimeoutException.class)) {
      return place + " took no connection within " + connect.toSeconds() + " s";
    }
    if (isAny(why, HttpTimeoutException.class) || isAny(why, SocketTimeoutException.class)) {
      boolean stalled = said(why).startsWith(TimedBody.STALLED);
      return place + " did not answer in time" + (stalled ? ": " + said(why) : "");
    }
    if (isAny(why, NoRouteToHostException.class)) {
      return place + " cannot be reached: no route to the host";
    }
    if (why instanceof ConnectException) {
      return refused(place, why);
    }
    if (isAny(why, SSLException.class)) {
      return place + " and this machine agree on no TLS: " + said(why);
    }
    if (isAny(why, ClosedChannelException.class) || said(why).contains("received no bytes")) {
      return place + " closed the connection without an answer";
    }
    return place + " did not answer: " + said(why);
  }

  /// Connecting failed at once: as a rule nobody listens there.
  private static String refused(String place, IOException why) {
    String said = why.getMessage() == null ? "" : why.getMessage().toLowerCase(Locale.ROOT);
    boolean otherwise = !said.isEmpty() && !said.contains("refused");
    return otherwise
        ? place + " cannot be reached: " + said(why)
        : place + " refused the connection (is anything listening there?)";
  }

  private static boolean isAny(Throwable problem, Class<? extends Throwable> type) {
    Throwable each = problem;
    for (int depth = 0; each != null && depth < 8; depth++) {
      if (type.isInstance(each)) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }

  private static String place(URI uri) {
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
    return uri.getHost() + ":" + port;
  }

  private static String said(IOException why) {
    return why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
  }
}
