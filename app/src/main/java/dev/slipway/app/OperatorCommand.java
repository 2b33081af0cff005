package dev.slipway.app;

import dev.slipway.api.KindRules;
import dev.slipway.api.kserve.KserveRules;
import dev.slipway.control.Kinds;
import dev.slipway.control.LeaderElection;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.controllers.knative.KnativeControllers;
import dev.slipway.controllers.knative.KnativeSettings;
import dev.slipway.controllers.knative.rules.KnativeRules;
import dev.slipway.controllers.kserve.BuiltinRuntimes;
import dev.slipway.controllers.kserve.KserveControllers;
import dev.slipway.controllers.kserve.KserveSettings;
import dev.slipway.controllers.trainer.BuiltinTrainingRuntimes;
import dev.slipway.controllers.trainer.StatusReports;
import dev.slipway.controllers.trainer.TrainerControllers;
import dev.slipway.controllers.training.TrainingControllers;
import dev.slipway.controllers.training.TrainingSettings;
import dev.slipway.kubernetes.RemoteCluster;
import dev.slipway.routes.GatewayApi;
import dev.slipway.routes.GatewayApiControllers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `slipway operator`: the controllers on a Kubernetes cluster elsewhere.
@Command(
    name = "operator",
    mixinStandardHelpOptions = true,
    description = "Run the controllers of the AI kinds on a Kubernetes cluster.",
    footer = {
      "",
      "Several may run: one leads and is the gateway that requests to services come through;",
      "another takes over when it ends. Deployments, Jobs and other kinds of Kubernetes itself are",
      "left to the cluster's own controllers. docs/operator.md tells the rest."
    })
final class OperatorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final DataOption data = new DataOption();

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "The cluster (default: $KUBECONFIG, ~/.kube/config, or the pod's service account).")
  private String kubeconfig = "";

  @Option(
      names = "--namespace",
      paramLabel = "NAMESPACE",
      description = "Where the lease is kept (default: ${DEFAULT-VALUE}).",
      defaultValue = "kube-system")
  private String namespace = "kube-system";

  @Option(
      names = "--domain",
      paramLabel = "DOMAIN",
      description = "Services answer at NAME.NAMESPACE.DOMAIN (default: ${DEFAULT-VALUE}).",
      defaultValue = "example.com")
  private String domain = "example.com";

  @Option(
      names = "--address-port",
      paramLabel = "PORT",
      description =
          "Port in the addresses of services, where people reach the gateway (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "80")
  private int addressPort;

  @Option(
      names = "--gateway-host",
      paramLabel = "ADDRESS",
      description =
          "Where the cluster reaches this process's gateway (default: this machine's address"
              + " towards the cluster).")
  private String gatewayHost = "";

  @Option(
      names = "--gateway-port",
      paramLabel = "PORT",
      description = "And at which port (default: ${DEFAULT-VALUE}; 0 for any).",
      defaultValue = "8080")
  private int gatewayPort;

  @Mixin private final GatewayOptions gateway = new GatewayOptions();

  @Option(
      names = "--webhook-host",
      paramLabel = "HOST",
      description =
          "Where the cluster reaches this process to have manifests completed and judged"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  private String webhookHost = "127.0.0.1";

  @Option(
      names = "--webhook-port",
      paramLabel = "PORT",
      description = "And at which port (default: ${DEFAULT-VALUE}; 0 for any).",
      defaultValue = "9443")
  private int webhookPort;

  @Option(names = "--no-webhooks", description = "Have no manifests completed or judged.")
  private boolean noWebhooks;

  @Override
  public Integer call() throws Exception {
    var asked = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    Optional<Path> file =
        kubeconfig.isEmpty() ? Optional.empty() : Optional.of(Path.of(kubeconfig));
    try (var cluster = RemoteCluster.connect(file);
        var operator = Operator.start(cluster, work(), settings(cluster.url()))) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(asked, ended), "end"));
      PrintWriter out = spec.commandLine().getOut();
      out.println("Slipway works on " + cluster.url());
      out.flush();
      announce(operator, asked, out);
      asked.await();
    } finally {
      ended.countDown();
    }
    return 0;
  }

  private static void end(CountDownLatch asked, CountDownLatch ended) {
    asked.countDown();
    try {
      ended.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Says where the gateway is as soon as there is one.
  private static void announce(Operator operator, CountDownLatch asked, PrintWriter out)
      throws InterruptedException {
    while (operator.gatewayPort().isEmpty()) {
      if (asked.await(100, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
    out.println("  gateway at port " + operator.gatewayPort().orElseThrow());
    out.flush();
  }

  private String gatewayHost(String api) {
    return gatewayHost.isEmpty() ? addressTowards(URI.create(api)) : gatewayHost;
  }

  /// This machine's address on the way to a host; nothing is sent.
  private static String addressTowards(URI api) {
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(api.getHost(), Math.max(1, api.getPort())));
      String own = socket.getLocalAddress().getHostAddress();
      return own.replaceFirst("%.*", "");
    } catch (IOException | UncheckedIOException _) {
      return "127.0.0.1";
    }
  }

  private Operator.Settings settings(String api) {
    return new Operator.Settings(
        data.directory().resolve("operator"),
        noWebhooks ? "" : webhookHost,
        webhookPort,
        new Operator.GatewayAddress(
            gatewayHost(api), gatewayPort, gateway.settings(System.getenv())),
        namespace,
        "slipway-" + UUID.randomUUID(),
        LeaderElection.Times.STANDARD);
  }

  private Operator.Work work() {
    return work(domain, addressPort);
  }

  /// What an operator does for services that answer under a domain.
  ///
  /// @param port in their addresses
  static Operator.Work work(String domain, int port) {
    var knative = new KnativeSettings(domain, "http", port);
    var reconcilers = new ArrayList<Reconciler>(KnativeControllers.all(knative));
    reconcilers.addAll(KserveControllers.all(kserve(domain, port)));
    reconcilers.add(new ClusterNames());
    reconcilers.addAll(GatewayApiControllers.all(GatewayService.HOST));
    var rules = new ArrayList<KindRules>(KserveRules.all());
    rules.addAll(KnativeRules.all());
    rules.addAll(Rules.training());
    var objects = new ArrayList<Plan.Kept>(BuiltinRuntimes.all());
    objects.addAll(BuiltinTrainingRuntimes.all());
    objects.add(new Plan.Kept(Kinds.GATEWAY_CLASS, GatewayApi.ownClass(), false));
    return new Operator.Work(reconcilers, trainers(), rules, List.copyOf(objects));
  }

  /// Those of the kinds that train: their pods and Jobs are run by the cluster.
  private static List<Reconciler> trainers() {
    var all = new ArrayList<Reconciler>(TrainingControllers.all(TrainingSettings.standard()));
    all.addAll(TrainerControllers.all(new StatusReports("")));
    return all;
  }

  private static KserveSettings kserve(String domain, int port) {
    KserveSettings standard = KserveSettings.standard();
    return new KserveSettings(
        domain,
        standard.scheme(),
        port,
        standard.clusterDomain(),
        standard.defaultMode(),
        standard.defaultMinReplicas(),
        standard.metricsAddress(),
        false);
  }
}
