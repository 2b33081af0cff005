package dev.slipway.app;

import dev.slipway.apiserver.ApiServer;
import dev.slipway.control.Cluster;
import dev.slipway.control.EventRecorder;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.controllers.autoscaling.HpaController;
import dev.slipway.controllers.autoscaling.NamedMetrics;
import dev.slipway.controllers.core.EndpointSlices;
import dev.slipway.controllers.core.Scheduler;
import dev.slipway.controllers.storage.EphemeralClaims;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.graph.HttpStepCaller;
import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.ModelMemory;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.inference.artifact.ModelUris;
import dev.slipway.katib.collect.TrialPods;
import dev.slipway.node.NodeAgent;
import dev.slipway.node.NodeSettings;
import dev.slipway.node.StandIns;
import dev.slipway.node.TokenSource;
import dev.slipway.node.environment.EnvironmentSettings;
import dev.slipway.node.environment.Environments;
import dev.slipway.node.environment.ImageConfig;
import dev.slipway.node.environment.LocalImages;
import dev.slipway.node.models.ModelPods;
import dev.slipway.node.models.RouterPods;
import dev.slipway.node.process.NamesProxy;
import dev.slipway.node.process.ProcessPods;
import dev.slipway.node.process.ProcessSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This machine as the cluster's node: scheduler, endpoints, and what runs the pods.
final class LocalNode implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LocalNode.class);

  private final Cluster cluster;
  private final InstantSource clock;
  private final PodUsage usage;
  private final Scheduler scheduler;
  private final EndpointSlices slices;
  private final EphemeralClaims claims;
  private final ModelPods models;
  private final NamesProxy names;
  private final ImageConfig images;
  private final ProcessPods processes;
  private final NodeAgent agent;

  private final HpaController autoscalers;
  private final HttpStepCaller steps;

  /// @param registry knows the models that `models:/…` names
  /// @param gateway where hosts of this platform are answered
  LocalNode(
      Platform.Settings settings,
      ModelUris registry,
      Cluster cluster,
      LocalEndpoints local,
      InetSocketAddress gateway,
      InstantSource clock) {
    var node =
        NodeSettings.at(settings.data())
            .withSockets(!settings.whole())
            .withCapacity(settings.capacity());
    var recorder = new EventRecorder(cluster, node.name(), clock);
    var options = new ServeOptions();
    steps = new HttpStepCaller(() -> gateway, host -> ours(cluster, host), Duration.ZERO);
    models =
        new ModelPods(
            cluster,
            this::tell,
            Engines.found(),
            new Artifacts(settings.artifacts(), registry, clock),
            new ModelMemory(options.memoryBytes()),
            local,
            clock);
    var routers = new RouterPods(steps, local, clock);
    names = new NamesProxy(cluster, () -> gateway);
    images = new ImageConfig(cluster, recorder);
    var programs = EnvironmentSettings.at(settings.data());
    sweep(new Environments(programs));
    processes =
        new ProcessPods(
            ProcessSettings.at(settings.data()).with(settings.isolation()),
            names,
            new LocalImages(programs, images::now),
            local,
            clock);
    models.programs(processes);
    agent =
        new NodeAgent(cluster, recorder, clock, node, List.of(models, routers, processes), local);
    this.cluster = cluster;
    this.clock = clock;
    usage = new PodUsage(cluster, agent, clock);
    autoscalers = new HpaController(cluster, usage, NamedMetrics.NONE, recorder, clock);
    scheduler = new Scheduler(cluster, recorder, clock, pod -> inProcess(pod, routers));
    slices = new EndpointSlices(cluster);
    claims = new EphemeralClaims(cluster, recorder);
  }

  /// Nothing runs in any of them yet.
  private static void sweep(Environments environments) {
    try {
      environments.sweep();
    } catch (IOException problem) {
      log.warn("environments that nobody uses could not be removed: {}", problem.toString());
    }
  }

  /// Whether all of a pod is answered inside this process. Such pods share its threads and one
  /// budget of memory, whatever each of them asks for.
  private boolean inProcess(Resource pod, RouterPods routers) {
    return Stream.of("containers", "initContainers")
        .flatMap(list -> pod.spec().path(list).values().stream())
        .allMatch(each -> models.takes(pod, each) || routers.takes(pod, each));
  }

  /// Brings a payload to its receiver, which may be one of this platform's own services.
  int tell(URI sink, Map<String, String> headers, byte[] body)
      throws IOException, InterruptedException {
    var lists = new HashMap<String, List<String>>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    return steps.call(sink.toString(), lists, body).status();
  }

  /// Names that the gateway answers; `NAME.NAMESPACE` among them.
  private static boolean ours(Cluster cluster, String host) {
    int dot = host.indexOf('.');
    boolean inNamespace =
        dot > 0
            && host.indexOf('.', dot + 1) < 0
            && cluster.get(Kinds.NAMESPACE.key("", host.substring(dot + 1))).isPresent();
    return inNamespace
        || host.endsWith(".localhost")
        || host.endsWith(".svc")
        || host.endsWith(".svc.cluster.local");
  }

  /// Where `HOST:PORT` answers, seen from this process.
  ///
  /// @throws IllegalArgumentException if nothing answers there
  InetSocketAddress serviceAddress(String endpoint) {
    return new ServicePlaces(cluster, agent).at(endpoint);
  }

  /// The pods of trials, for those who read their metrics.
  TrialPods trialPods() {
    return new NodeTrialPods(agent);
  }

  /// Has containers that are processes find more in their environment.
  void tellProcesses(Function<Resource, Map<String, String>> variables) {
    processes.tell(variables);
  }

  /// What answers until pods do.
  StandIns standIns() {
    return agent.standIns();
  }

  /// How pods that are processes are kept apart, in words.
  String isolation() {
    return processes.isolation();
  }

  void start(ApiServer api) {
    api.podAccess(new NodePodAccess(agent));
    api.figures(new UsageObjects(cluster, usage, processes::usage, clock));
    images.install();
    TokenSource tokens = api::token;
    agent.tokens(tokens.at(URI.create(api.url())));
    agent.start();
    slices.start();
    scheduler.start();
    autoscalers.start();
  }

  @Override
  public void close() {
    autoscalers.close();
    scheduler.close();
    slices.close();
    claims.close();
    agent.close();
    processes.close();
    names.close();
    models.close();
    steps.close();
  }
}
