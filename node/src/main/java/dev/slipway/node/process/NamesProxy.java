package dev.slipway.node.process;

import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.net.Endpoint;
import dev.slipway.net.Forward;
import dev.slipway.net.Forwarded;
import dev.slipway.net.Forwarder;
import dev.slipway.net.ForwarderSettings;
import dev.slipway.net.Handler;
import dev.slipway.net.HeaderEdits;
import dev.slipway.net.HttpServer;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.ServerSettings;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Lets processes reach the cluster's names, which this machine does not resolve: an HTTP proxy
/// that sends requests for Services to the gateway and all others where they say.
///
/// Nearly every HTTP client heeds `http_proxy`; the user name in it tells the pod's namespace, so
/// that a name alone means a Service beside the pod. TLS is never proxied.
public final class NamesProxy implements AutoCloseable {
  private static final String ENDING = ".svc.cluster.local";
  private static final int HTTP_PORT = 80;

  private final Cluster cluster;
  private final Supplier<InetSocketAddress> gateway;
  private final Forwarder forwarder = new Forwarder(ForwarderSettings.standard());
  private final HttpServer server;

  /// @param gateway where names of the cluster are answered
  public NamesProxy(Cluster cluster, Supplier<InetSocketAddress> gateway) {
    this.cluster = cluster;
    this.gateway = gateway;
    Handler handler = this::handle;
    this.server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), handler);
  }

  /// What says in whose place a port of this machine stands.
  Peers peers(HostPorts ports) {
    return new Peers(cluster, ports);
  }

  /// A network in which pods find the same names.
  OwnNetwork network() {
    return new OwnNetwork(cluster, gateway);
  }

  /// The variables that make a client of a namespace use it.
  Map<String, String> variables(String namespace) {
    var url = "http://" + namespace + ":pod@127.0.0.1:" + server.port();
    var all = new TreeMap<String, String>();
    all.put("http_proxy", url);
    all.put("HTTP_PROXY", url);
    all.put("no_proxy", "127.0.0.1,::1");
    all.put("NO_PROXY", "127.0.0.1,::1");
    return all;
  }

  private void handle(Request request, Response response) {
    var authority = request.authority();
    int colon = authority.lastIndexOf(':');
    boolean named = colon > authority.lastIndexOf(']');
    var host = named ? authority.substring(0, colon) : authority;
    var ours = clusterName(host, namespace(request));
    var forward =
        ours.map(name -> Forward.of(Endpoint.http1(gateway.get()), request).withAuthority(name))
            .or(() -> elsewhere(request, host, named ? authority.substring(colon + 1) : ""));
    if (forward.isEmpty()) {
      response.status(502).header("content-type", "text/plain");
      response.send(("no such host: " + host + "\n").getBytes(StandardCharsets.UTF_8));
      return;
    }
    var edits = HeaderEdits.none().remove("proxy-authorization").remove("proxy-connection");
    forwarder.forward(
        request, response, forward.get().withEdits(edits, HeaderEdits.none()), NamesProxy::ended);
  }

  private static void ended(Forwarded how) {}

  private static String namespace(Request request) {
    var words = request.header("proxy-authorization").split(" ", 2);
    try {
      var text =
          new String(Base64.getDecoder().decode(words[words.length - 1]), StandardCharsets.UTF_8);
      return text.substring(0, Math.max(0, text.indexOf(':')));
    } catch (IllegalArgumentException _) {
      return "";
    }
  }

  private Optional<String> clusterName(String host, String namespace) {
    if (host.endsWith(".localhost") || host.endsWith(".svc") || host.endsWith(ENDING)) {
      return Optional.of(host);
    }
    var labels = host.split("\\.", -1);
    var space = labels.length == 1 ? namespace : labels[1];
    boolean known =
        labels.length <= 2
            && !space.isEmpty()
            && cluster.get(Kinds.SERVICE.key(space, labels[0])).isPresent();
    return known ? Optional.of(labels[0] + "." + space + ENDING) : Optional.empty();
  }

  private static Optional<Forward> elsewhere(Request request, String host, String port) {
    int number = port.matches("\\d{1,5}") ? Integer.parseInt(port) : HTTP_PORT;
    var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    if (number > 0xffff) {
      return Optional.empty();
    }
    var address = new InetSocketAddress(bare, number);
    return address.isUnresolved()
        ? Optional.empty()
        : Optional.of(Forward.of(Endpoint.http1(address), request));
  }

  @Override
  public void close() {
    server.close();
    forwarder.close();
  }
}
