package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.CertificateException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;

/// HTTP for the stores: signs, follows redirects without carrying secrets to another host, retries
/// what may pass, and turns refusals into messages.
final class Transport implements AutoCloseable {
  /// The largest listing or token answer read.
  private static final int ANSWER_BYTES = 64 << 20;

  private static final int ERROR_BYTES = 64 << 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> TRANSIENT = Set.of(408, 425, 429, 500, 502, 503, 504);
  private static final Set<String> CARRIED = Set.of("range", "if-range", "accept", "user-agent");

  /// An answer whose body is still on the way.
  record Reply(URI uri, int status, HttpHeaders headers, TimedBody body) implements AutoCloseable {
    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    @Override
    public void close() {
      body.close();
    }
  }

  /// An answer read whole.
  @SuppressWarnings("ArrayRecordComponent") // made once, read once
  record Answer(HttpHeaders headers, byte[] body) {}

  private final HttpClient client;
  private final ArtifactSettings settings;
  private final Backoff backoff;
  private final String shown;

  /// @param shown what messages begin with: the artifact's URI
  Transport(ArtifactSettings settings, Tls tls, String shown) throws IOException {
    this.settings = settings;
    this.backoff = new Backoff(settings);
    this.shown = shown;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connectTimeout());
    this.client = (tls.equals(Tls.DEFAULT) ? builder : builder.sslContext(tls.context())).build();
  }

  ArtifactSettings settings() {
    return settings;
  }

  Backoff backoff() {
    return backoff;
  }

  String shown() {
    return shown;
  }

  /// Asks until an answer comes that is not transient, and reads it whole.
  ///
  /// @throws ArtifactException if the last answer is no success
  Answer ask(Ask ask, Ask.Signer signer) throws ArtifactException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt >= settings.attempts();
      String after = "";
      try (Reply reply = open(ask, signer)) {
        if (reply.status() / 100 == 2) {
          return new Answer(reply.headers(), reply.body().read(ANSWER_BYTES));
        }
        if (last || !transientStatus(reply.status())) {
          throw refusal(ask, reply);
        }
        after = reply.header("Retry-After");
      } catch (IOException e) {
        if (last) {
          throw unreachable(ask, e, attempt);
        }
      }
      backoff.sleep(attempt, after);
    }
  }

  /// Asks once, following redirects.
  Reply open(Ask ask, Ask.Signer signer)
      throws IOException, ArtifactException, InterruptedException {
    Ask here = ask;
    Ask signed = signer.sign(ask);
    for (int hops = 0; ; hops++) {
      Reply reply = trusted(signed);
      if (!REDIRECTS.contains(reply.status()) || reply.header("Location").isEmpty()) {
        return reply;
      }
      reply.close();
      if (hops >= settings.redirects()) {
        throw new ArtifactException(
            Kind.UNAVAILABLE,
            shown + ": " + ask.shown() + " redirects more than " + settings.redirects() + " times");
      }
      URI next = target(ask, signed.uri(), reply.header("Location"));
      boolean home = sameOrigin(here.uri(), next);
      here = moved(home ? here : stripped(here), next, reply.status());
      signed = home ? signer.sign(here) : here;
    }
  }

  /// A certificate that is not believed now will not be believed in a moment.
  private Reply trusted(Ask ask) throws IOException, ArtifactException, InterruptedException {
    try {
      return once(ask);
    } catch (SSLHandshakeException problem) {
      if (Stream.<Throwable>iterate(problem, Objects::nonNull, Throwable::getCause)
          .noneMatch(CertificateException.class::isInstance)) {
        throw problem;
      }
      throw new ArtifactException(
          Kind.DENIED,
          shown
              + ": "
              + ask.shown()
              + ": the server's certificate is not trusted ("
              + problem.getMessage()
              + ")",
          problem);
    }
  }

  private Reply once(Ask ask) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(ask.uri()).timeout(settings.readTimeout());
    ask.headers().forEach(request::header);
    if (ask.form().isEmpty()) {
      request.GET();
    } else {
      request.POST(HttpRequest.BodyPublishers.ofString(ask.form()));
    }
    HttpResponse<TimedBody> response =
        client.send(request.build(), _ -> new TimedBody(settings.readTimeout()));
    return new Reply(ask.uri(), response.statusCode(), response.headers(), response.body());
  }

  private URI target(Ask ask, URI from, String location) throws ArtifactException {
    URI next;
    try {
      next = from.resolve(location.strip().replace(" ", "%20"));
    } catch (IllegalArgumentException _) {
      throw new ArtifactException(
          Kind.UNAVAILABLE, shown + ": " + ask.shown() + " redirects to something that is no URI");
    }
    String scheme = next.getScheme() == null ? "" : next.getScheme().toLowerCase(Locale.ROOT);
    boolean downgrade = scheme.equals("http") && from.getScheme().equalsIgnoreCase("https");
    if (next.getHost() == null || downgrade || !List.of("http", "https").contains(scheme)) {
      throw new ArtifactException(
          Kind.UNSUPPORTED,
          shown
              + ": "
              + ask.shown()
              + " redirects to "
              + Location.masked(next.toString())
              + ", which is not followed (expected "
              + from.getScheme()
              + ")");
    }
    return next;
  }

  private static boolean sameOrigin(URI one, URI other) {
    return one.getHost().equalsIgnoreCase(other.getHost())
        && one.getScheme().equalsIgnoreCase(other.getScheme())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  private static Ask stripped(Ask ask) {
    var kept = new LinkedHashMap<String, String>();
    for (Map.Entry<String, String> each : ask.headers().entrySet()) {
      if (CARRIED.contains(each.getKey().toLowerCase(Locale.ROOT))) {
        kept.put(each.getKey(), each.getValue());
      }
    }
    return new Ask(ask.uri(), kept, "");
  }

  private static Ask moved(Ask ask, URI next, int status) {
    return new Ask(next, ask.headers(), status == 307 || status == 308 ? ask.form() : "");
  }

  static boolean transientStatus(int status) {
    return TRANSIENT.contains(status);
  }

  /// What a refusal means, with the service's own words.
  ArtifactException refusal(Ask ask, Reply reply) throws InterruptedException {
    byte[] body = new byte[0];
    try {
      body = reply.body().read(ERROR_BYTES);
    } catch (IOException _) {
      // The status says enough.
    }
    return refusal(ask, reply.status(), ServiceMessage.of(body));
  }

  ArtifactException refusal(Ask ask, int status, String message) {
    Kind kind =
        switch (status) {
          case 401, 403, 407 -> Kind.DENIED;
          case 404, 410 -> Kind.NOT_FOUND;
          default ->
              status / 100 == 4 && !transientStatus(status) ? Kind.UNSUPPORTED : Kind.UNAVAILABLE;
        };
    return new ArtifactException(
        kind,
        shown
            + ": "
            + ask.shown()
            + " was answered with "
            + status
            + (message.isEmpty() ? "" : " (" + message + ")"));
  }

  ArtifactException unreachable(Ask ask, IOException why, int attempts) {
    String reason = Unreachable.words(ask.uri(), why, settings.connectTimeout());
    return new ArtifactException(
        Kind.UNAVAILABLE,
        shown + ": " + reason + (attempts == 1 ? "" : " (tried " + attempts + " times)"),
        why);
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
