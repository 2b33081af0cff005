package dev.slipway.node;

import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.net.AnyCertificate;
import dev.slipway.net.Handler;
import dev.slipway.node.ProbeSpec.Action;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/// Asks a container once, as the kubelet does: over HTTP any status from 200 to 399 is well. What
/// is
/// answered inside this process is asked without a socket.
final class ProbeCall {
  /// What a failure begins with that is an answer.
  static final String STATUS = "HTTP probe failed with statuscode: ";

  private final LocalEndpoints endpoints;
  private final String address;
  private final PodRuntime.Running running;

  ProbeCall(LocalEndpoints endpoints, String address, PodRuntime.Running running) {
    this.endpoints = endpoints;
    this.address = address;
    this.running = running;
  }

  /// Blocks. Why it failed; empty where it did not.
  Optional<String> problem(Action action, Duration timeout) {
    try {
      return switch (action) {
        case Action.Http http -> http(http, timeout);
        case Action.Tcp(String host, int port) -> tcp(at(host, port), timeout);
        case Action.Grpc(int port, var service) -> grpc(at("", port), service, timeout);
        case Action.Exec(var command) -> running.problem(command, timeout);
      };
    } catch (IOException problem) {
      return Optional.of(String.valueOf(problem.getMessage()));
    }
  }

  private InetSocketAddress at(String host, int port) {
    if (!host.isEmpty() && !host.equals(address)) {
      return new InetSocketAddress(host, port);
    }
    return running.port(port).orElseGet(() -> new InetSocketAddress(address, port));
  }

  private Optional<String> http(Action.Http http, Duration timeout) throws IOException {
    var at = at(http.host(), http.port());
    var local = endpoints.at(at);
    int status =
        local.isPresent() ? inside(local.get(), at, http, timeout) : outside(at, http, timeout);
    return status >= 200 && status < 400 ? Optional.empty() : Optional.of(STATUS + status);
  }

  private static int inside(
      Handler handler, InetSocketAddress at, Action.Http http, Duration timeout)
      throws IOException {
    var answer = new CompletableFuture<Integer>();
    var call = new LocalCall(at, http.path(), http.headers());
    Thread.ofVirtual()
        .name("probe")
        .start(
            () -> {
              try {
                handler.handle(call, call);
                answer.complete(call.code());
              } catch (Exception problem) {
                answer.completeExceptionally(problem);
              }
            });
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new IOException("Get \"" + http.path() + "\": no answer within " + timeout);
    } catch (ExecutionException problem) {
      throw new IOException(String.valueOf(problem.getCause()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
  }

  private static int outside(InetSocketAddress at, Action.Http http, Duration timeout)
      throws IOException {
    var scheme = http.tls() ? "https" : "http";
    var url =
        URI.create(scheme + "://" + at.getHostString() + ":" + at.getPort() + http.path()).toURL();
    if (!(url.openConnection() instanceof HttpURLConnection connection)) {
      throw new IOException(url + " is not asked over HTTP");
    }
    if (connection instanceof HttpsURLConnection secure) {
      acceptAnyone(secure);
    }
    try {
      connection.setConnectTimeout((int) timeout.toMillis());
      connection.setReadTimeout((int) timeout.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("User-Agent", "kube-probe/1.34");
      http.headers().forEach(connection::setRequestProperty);
      return connection.getResponseCode();
    } catch (IOException problem) {
      throw new IOException("Get \"" + url + "\": " + problem.getMessage(), problem);
    } finally {
      connection.disconnect();
    }
  }

  /// A probe over TLS does not ask who answers, as in Kubernetes.
  private static void acceptAnyone(HttpsURLConnection connection) throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {AnyCertificate.of()}, null);
      connection.setSSLSocketFactory(context.getSocketFactory());
      connection.setHostnameVerifier((_, _) -> true);
    } catch (GeneralSecurityException problem) {
      throw new IOException(problem);
    }
  }

  /// What this process answers itself is well while it answers.
  private Optional<String> grpc(InetSocketAddress at, String service, Duration timeout)
      throws IOException {
    return endpoints.at(at).isPresent()
        ? Optional.empty()
        : GrpcHealth.problem(at, service, timeout);
  }

  private Optional<String> tcp(InetSocketAddress at, Duration timeout) throws IOException {
    if (endpoints.at(at).isPresent()) {
      return Optional.empty();
    }
    try (var socket = new Socket()) {
      socket.connect(at, (int) timeout.toMillis());
      return Optional.empty();
    } catch (IOException problem) {
      throw new IOException(
          "dial tcp " + at.getHostString() + ":" + at.getPort() + ": " + problem.getMessage(),
          problem);
    }
  }
}
