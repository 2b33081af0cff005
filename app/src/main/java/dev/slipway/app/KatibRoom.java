package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Plan;
import dev.slipway.controllers.katib.Observations;
import dev.slipway.controllers.katib.SuggestionService;
import dev.slipway.katib.collect.Collectors;
import dev.slipway.katib.collect.ObservedTrial;
import dev.slipway.katib.collect.TrialObservations;
import dev.slipway.katib.collect.TrialPods;
import dev.slipway.katib.store.ObservationStore;
import dev.slipway.katib.wire.DbManager;
import dev.slipway.katib.wire.ForeignSuggestions;
import dev.slipway.katib.wire.ObservationPages;
import dev.slipway.katib.wire.ServedAlgorithms;
import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.grpc.GrpcHandler;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// What Katib's trials report, and Katib's services at the gateway's port. Inside the cluster they
/// are found where Katib has them: `katib-db-manager.kubeflow:6789`.
final class KatibRoom implements Handler, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KatibRoom.class);
  private static final String NAMESPACE = "kubeflow";
  private static final String SERVICE = "katib-db-manager";
  private static final int PORT = 6789;
  private static final String GRPC = "/api.v1.beta1.";

  private final ObservationStore store;
  private final TrialObservations observations;
  private final Cluster cluster;
  private final ForeignSuggestions elsewhere;
  private final Handler pages;
  private final Handler calls;
  private final AtomicBoolean named = new AtomicBoolean();
  private @Nullable Collectors collectors;
  private Cluster.@Nullable Watching naming;

  /// @param data directory of the platform
  /// @param addresses where `HOST:PORT` answers, names and addresses of Services included
  KatibRoom(Path data, Cluster cluster, Function<String, InetSocketAddress> addresses) {
    elsewhere = new ForeignSuggestions(addresses);
    store = new ObservationStore("jdbc:sqlite:" + data.resolve("katib").resolve("katib.db"));
    observations = new TrialObservations(store);
    this.cluster = cluster;
    pages = new ObservationPages(observations);
    var methods =
        new DbManager(cluster, observations, store)
            .methods()
            .and(new ServedAlgorithms(store, observations::stopped).methods());
    calls = new GrpcHandler(methods, GrpcHandler.DEFAULT_MESSAGE_BYTES);
  }

  static Key trial(String namespace, String name) {
    return ObservedTrial.KIND.key(namespace, name);
  }

  /// Algorithms of other programs.
  SuggestionService elsewhere() {
    return elsewhere;
  }

  Observations observations() {
    return observations;
  }

  /// Reads the metrics of pods from now on; names the services when there is a first trial.
  ///
  /// @param gatewayPort where these services answer
  void start(TrialPods pods, int gatewayPort) {
    collectors = new Collectors(cluster, pods, observations);
    collectors.start();
    naming = cluster.watch(ObservedTrial.KIND, (_, gone) -> named(gone, gatewayPort));
  }

  private void named(boolean gone, int port) {
    if (gone || !named.compareAndSet(false, true)) {
      return;
    }
    for (var each : services(port)) {
      try {
        cluster.apply(each.kind(), each.object());
      } catch (ClusterException refused) {
        log.warn("Katib's services have no name in the cluster: {}", refused.getMessage());
      }
    }
  }

  private static List<Plan.Kept> services(int port) {
    var namespace = Json.object();
    namespace.putObject("metadata").put("name", NAMESPACE);
    var service = named(SERVICE);
    var ports = service.putObject("spec").putArray("ports");
    ports.addObject().put("name", "api").put("port", PORT).put("protocol", "TCP");
    var slice = named(SERVICE + "-slipway");
    Json.ensureObject(slice, "metadata", "labels")
        .put("kubernetes.io/service-name", SERVICE)
        .put("endpointslice.kubernetes.io/managed-by", "slipway");
    slice.put("addressType", "IPv4");
    var endpoint = slice.putArray("endpoints").addObject();
    endpoint.putArray("addresses").add("127.0.0.1");
    endpoint.putObject("conditions").put("ready", true);
    slice.putArray("ports").addObject().put("name", "api").put("port", port).put("protocol", "TCP");
    return List.of(
        new Plan.Kept(Kinds.NAMESPACE, namespace, false),
        new Plan.Kept(Kinds.SERVICE, service, false),
        new Plan.Kept(Kinds.ENDPOINT_SLICE, slice, false));
  }

  private static ObjectNode named(String name) {
    var object = Json.object();
    object.putObject("metadata").put("name", name).put("namespace", NAMESPACE);
    return object;
  }

  boolean takes(String rawPath) {
    return rawPath.startsWith(GRPC) || ObservationPages.takes(rawPath);
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    (request.rawPath().startsWith(GRPC) ? calls : pages).handle(request, response);
  }

  @Override
  public void close() {
    var running = collectors;
    if (running != null) {
      running.close();
    }
    var watch = naming;
    if (watch != null) {
      watch.close();
    }
    elsewhere.close();
    store.close();
  }
}
