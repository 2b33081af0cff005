package dev.slipway.app;

import dev.slipway.api.KindRules;
import dev.slipway.apiserver.ApiServer;
import dev.slipway.apiserver.ApiServerSettings;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.EventRecorder;
import dev.slipway.control.Kinds;
import dev.slipway.control.Loop;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.controllers.apps.AppsControllers;
import dev.slipway.controllers.batch.BatchControllers;
import dev.slipway.controllers.katib.KatibControllers;
import dev.slipway.controllers.knative.KnativeControllers;
import dev.slipway.controllers.knative.KnativeSettings;
import dev.slipway.controllers.kserve.BuiltinRuntimes;
import dev.slipway.controllers.kserve.KserveControllers;
import dev.slipway.controllers.kserve.KserveSettings;
import dev.slipway.controllers.policy.PolicyControllers;
import dev.slipway.controllers.registry.AliasFollower;
import dev.slipway.controllers.storage.ClaimReconciler;
import dev.slipway.controllers.storage.LocalStorage;
import dev.slipway.controllers.storage.VolumeReconciler;
import dev.slipway.controllers.tracking.RunFollower;
import dev.slipway.controllers.tracking.RunKeeper;
import dev.slipway.controllers.trainer.BuiltinTrainingRuntimes;
import dev.slipway.controllers.trainer.StatusReports;
import dev.slipway.controllers.trainer.TrainerControllers;
import dev.slipway.controllers.training.TrainingControllers;
import dev.slipway.controllers.training.TrainingCounts;
import dev.slipway.controllers.training.TrainingSettings;
import dev.slipway.dataplane.gateway.GatewaySettings;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.gateway.MetricsPage;
import dev.slipway.inference.artifact.ArtifactSettings;
import dev.slipway.node.process.Isolation;
import dev.slipway.registry.RegistrySettings;
import dev.slipway.registry.access.Person;
import dev.slipway.routes.GatewayApi;
import dev.slipway.routes.GatewayApiControllers;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything of one machine, running: the API, the loop, the node, the autoscaler, the gateway.
///
/// The gateway listens first, so that its port is known to the addresses that controllers write;
/// the API follows; then those who work on it.
final class Platform implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Platform.class);

  private final Settings settings;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Entrance front;
  private final ApiServer api;
  private final Loop loop;
  private final LocalNode node;
  private final KatibRoom katib;

  /// @param bind address of both ports
  /// @param port of the gateway; 0 for any free one
  /// @param apiPort of the Kubernetes API; 0 for any free one
  /// @param artifacts where models come from, and where they are kept
  /// @param registry where experiments, runs and models are kept
  /// @param whole whether the kinds of AI products are acted on here; else that is left to an
  ///     operator, and pods are reached at addresses of their own
  /// @param capacity what the Node says it has, where that is not what the machine has
  /// @param isolation how far containers that are processes are kept apart
  /// @param gateway how it tells of its requests, and whom it believes
  record Settings(
      Path data,
      String bind,
      int port,
      int apiPort,
      ArtifactSettings artifacts,
      RegistrySettings registry,
      boolean whole,
      Map<String, String> capacity,
      Isolation isolation,
      GatewaySettings gateway) {
    Settings {
      capacity = Map.copyOf(capacity);
    }

    /// Models are kept in the data directory.
    ///
    /// @param environment may say where stores are
    static Settings of(
        Path data, String bind, int port, int apiPort, Map<String, String> environment) {
      var artifacts = new ServeOptions().artifacts(data.resolve("models"), environment);
      var registry = RegistrySettings.at(data.resolve("registry"));
      return new Settings(
          data,
          bind,
          port,
          apiPort,
          artifacts,
          registry,
          true,
          Map.of(),
          Isolation.AUTO,
          GatewaySettings.standard());
    }

    /// Kubernetes' own kinds alone.
    Settings withoutControllers() {
      return new Settings(
          data, bind, port, apiPort, artifacts, registry, false, capacity, isolation, gateway);
    }

    /// @param kept where the registry keeps what it is told
    Settings with(RegistrySettings kept) {
      return new Settings(
          data, bind, port, apiPort, artifacts, kept, whole, capacity, isolation, gateway);
    }

    /// @param quantities by name: `cpu`, `nvidia.com/gpu`, …
    Settings withCapacity(Map<String, String> quantities) {
      return new Settings(
          data, bind, port, apiPort, artifacts, registry, whole, quantities, isolation, gateway);
    }

    Settings with(Isolation wanted) {
      return new Settings(
          data, bind, port, apiPort, artifacts, registry, whole, capacity, wanted, gateway);
    }

    /// @param told how the gateway tells of its requests
    Settings with(GatewaySettings told) {
      return new Settings(
          data, bind, port, apiPort, artifacts, registry, whole, capacity, isolation, told);
    }
  }

  private Platform(Settings settings, FrontDoor fallback) {
    this.settings = settings;
    var clock = InstantSource.system();
    var local = new LocalEndpoints();
    front =
        keep(new Entrance(settings.bind(), settings.port(), settings.gateway(), local, fallback));
    var training = keep(new TrainingCounts());
    fallback.metrics(
        new MetricsPage(front.metrics(), fallback.models(), new TrainingMetrics(training)));
    var server = new ApiServerSettings(settings.data(), settings.bind(), settings.apiPort());
    var rules = settings.whole() ? Rules.all() : List.<KindRules>of();
    api = keep(ApiServer.start(server.withLoopbackEndpoints().withRules(rules)));
    var cluster = api.cluster();
    LocalStorage.install(cluster);
    var registry = keep(new RegistryRoom(settings.registry(), clock, this::person));
    if (!settings.registry().equals(RegistrySettings.at(settings.data().resolve("registry")))) {
      registry.check();
    }
    fallback.registry(registry);
    var here = new InetSocketAddress("127.0.0.1", front.port());
    var routes = keep(front.routes(cluster));
    if (settings.whole()) {
      training.follow(cluster);
      install(cluster);
      routes.start();
    }
    node = keep(new LocalNode(settings, registry, cluster, local, here, clock));
    front.payloadsThrough(node::tell);
    var runs = new RunKeeper(cluster, new RegisteredRuns(registry), RegistryService.URL);
    if (settings.whole()) {
      node.tellProcesses(runs::variables);
      keep(new RunFollower(cluster, runs, clock)).start();
    }
    node.start(api);
    node.standIns().onAnswer(routes::standIn);
    katib = keep(new KatibRoom(settings.data(), cluster, node::serviceAddress));
    loop = keep(Loop.start(cluster, reconcilers(), clock));
    if (settings.whole()) {
      katib.observations().follow((space, trial) -> loop.wake(KatibRoom.trial(space, trial)));
      katib.start(node.trialPods(), front.port());
      fallback.katib(katib);
      keep(front.autoscaler(cluster, node.standIns(), clock)).start();
      var recorder = new EventRecorder(cluster, "slipway", clock);
      var models = new RegisteredVersions(registry);
      keep(new AliasFollower(cluster, models, front.outcomes(), recorder, clock)).start();
    }
  }

  /// Who shows a token of the API; its administrators are the registry's.
  private Optional<Person> person(String token) {
    return api.whose(token)
        .map(user -> new Person(user.name(), user.groups().contains(UserInfo.MASTERS)));
  }

  /// Starts everything; what was started is closed again where something fails.
  ///
  /// @param fallback answers requests that no route takes
  static Platform start(Settings settings, FrontDoor fallback) {
    return new Platform(settings, fallback);
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  private List<Reconciler> reconcilers() {
    var all = new ArrayList<Reconciler>(AppsControllers.all());
    all.addAll(BatchControllers.all(ZoneId.systemDefault()));
    all.add(new ClaimReconciler(new LocalStorage(settings.data().resolve("volumes"), "slipway")));
    all.add(new VolumeReconciler());
    all.addAll(PolicyControllers.all());
    if (!settings.whole()) {
      return all;
    }
    all.addAll(KnativeControllers.all(new KnativeSettings("localhost", "http", front.port())));
    all.addAll(TrainerControllers.all(StatusReports.toTheApi()));
    all.addAll(KserveControllers.all(kserve()));
    all.addAll(KatibControllers.all(katib.observations(), katib.elsewhere()));
    all.addAll(TrainingControllers.all(TrainingSettings.standard()));
    all.addAll(GatewayApiControllers.all(reached()));
    return all;
  }

  private KserveSettings kserve() {
    return KserveSettings.standard().withPort(front.port()).followingRegistry();
  }

  /// What is there from the start.
  private static void install(Cluster cluster) {
    var all = new ArrayList<Plan.Kept>(BuiltinRuntimes.all());
    all.addAll(BuiltinTrainingRuntimes.all());
    all.add(new Plan.Kept(Kinds.GATEWAY_CLASS, GatewayApi.ownClass(), false));
    all.addAll(RegistryService.objects());
    for (Plan.Kept each : all) {
      try {
        cluster.apply(each.kind(), each.object());
      } catch (ClusterException refused) {
        log.warn("an object of the platform could not be installed: {}", refused.getMessage());
      }
    }
  }

  ApiServer api() {
    return api;
  }

  Loop loop() {
    return loop;
  }

  private String reached() {
    return settings.bind().equals("0.0.0.0") ? "127.0.0.1" : settings.bind();
  }

  /// How pods that are processes are kept apart, in words.
  String isolation() {
    return node.isolation();
  }

  /// Where the gateway answers.
  String url() {
    String shown = reached();
    String host = shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown;
    return "http://" + host + ":" + front.port();
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        log.warn("a part of the platform did not end well", failure);
      }
    }
  }
}
