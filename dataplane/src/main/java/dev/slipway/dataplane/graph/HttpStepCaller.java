package dev.slipway.dataplane.graph;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Calls steps over HTTP: those whose host this platform serves through its gateway, whatever the
/// name service knows of them, and others directly. Thread-safe.
///
/// The gateway is asked with the whole address as the target (RFC 9112, 3.2.2), as a proxy is.
public final class HttpStepCaller implements StepCaller, AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Set<String> SET_BY_THE_CLIENT =
      Set.of("host", "content-length", "connection", "expect", "upgrade", "transfer-encoding");

  private final HttpClient client;
  private final Duration patience;
  private final Predicate<String> here;

  /// @param gateway where it listens now
  /// @param here whether a host name is this platform's: `iris.default.svc.cluster.local`
  /// @param patience the longest a step may take; zero for as long as it takes
  public HttpStepCaller(
      Supplier<InetSocketAddress> gateway, Predicate<String> here, Duration patience) {
    this.patience = patience;
    this.here = here;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .proxy(new Gateways(gateway, here))
            .build();
  }

  private HttpStepCaller(HttpClient client, Predicate<String> here, Duration patience) {
    this.client = client;
    this.here = here;
    this.patience = patience;
  }

  /// Shares the connections of this one; closed with it.
  @Override
  public StepCaller within(Duration other) {
    return new HttpStepCaller(client, here, other);
  }

  @Override
  public boolean isHere(String url) {
    try {
      String host = URI.create(url).getHost();
      return host != null && here.test(host);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  @Override
  public Answer call(String url, Map<String, List<String>> headers, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofByteArray(body));
    } catch (IllegalArgumentException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
    if (patience.isPositive()) {
      request.timeout(patience);
    }
    headers.forEach(
        (name, values) -> {
          if (!SET_BY_THE_CLIENT.contains(name)) {
            values.forEach(value -> request.header(name, value));
          }
        });
    HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), response.body());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /// The gateway for this platform's hosts, nobody for others.
  private static final class Gateways extends ProxySelector {
    private final Supplier<InetSocketAddress> gateway;
    private final Predicate<String> here;

    Gateways(Supplier<InetSocketAddress> gateway, Predicate<String> here) {
      this.gateway = gateway;
      this.here = here;
    }

    @Override
    public List<Proxy> select(URI uri) {
      boolean plain = "http".equalsIgnoreCase(uri.getScheme());
      String host = uri.getHost();
      return plain && host != null && here.test(host)
          ? List.of(new Proxy(Proxy.Type.HTTP, gateway.get()))
          : List.of(Proxy.NO_PROXY);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
      // the caller is told
    }
  }
}
