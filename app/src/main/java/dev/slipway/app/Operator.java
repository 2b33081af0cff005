package dev.slipway.app;

import dev.slipway.api.AiKinds;
import dev.slipway.api.KindRules;
import dev.slipway.apiserver.access.pki.CertificateAuthority;
import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.LeaderElection;
import dev.slipway.control.Loop;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.GatewaySettings;
import dev.slipway.kubernetes.AdmissionReviews;
import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.ServerSettings;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// The controllers and rules at work on a Kubernetes API elsewhere: one of several replicas, of
/// which one leads.
///
/// All replicas answer webhooks; the leader installs the kinds, has the API ask it about manifests,
/// runs the loop, and is the gateway that requests to services come through: whoever counts
/// requests is who scales. A leader that ends takes away its webhooks and its gateway's address, so
/// that nobody waits for answers that do not come.
final class Operator implements AutoCloseable, LeaderElection.Candidate {
  private static final Logger log = LoggerFactory.getLogger(Operator.class);
  private static final int MAX_REVIEW_BYTES = 8 * 1024 * 1024;
  private static final Duration PORT_RETRY = Duration.ofMillis(500);
  private static final Duration SERVED_RETRY = Duration.ofMillis(100);
  private static final int MOST_TRIES = 300;
  private static final String OURS = "slipway.dev/bundled";

  private static final Kind DEFINITION =
      Kind.clusterWide(
          "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions");
  private static final Kind MUTATING =
      Kind.clusterWide(
          "admissionregistration.k8s.io",
          "v1",
          "MutatingWebhookConfiguration",
          "mutatingwebhookconfigurations");
  private static final Kind VALIDATING =
      Kind.clusterWide(
          "admissionregistration.k8s.io",
          "v1",
          "ValidatingWebhookConfiguration",
          "validatingwebhookconfigurations");

  /// @param data where the certificates of the webhooks are kept
  /// @param webhookHost name or address at which the API reaches this process; empty for no
  ///     webhooks
  /// @param webhookPort 0 for any free one
  /// @param gateway where requests to services are taken
  /// @param namespace of the lease
  /// @param identity of this replica; unlike any other's
  record Settings(
      Path data,
      String webhookHost,
      int webhookPort,
      GatewayAddress gateway,
      String namespace,
      String identity,
      LeaderElection.Times times) {}

  /// @param host address at which the cluster reaches this process
  /// @param port 0 for any free one
  /// @param requests how it tells of its requests, and whom it believes
  record GatewayAddress(String host, int port, GatewaySettings requests) {
    GatewayAddress(String host, int port) {
      this(host, port, GatewaySettings.standard());
    }
  }

  /// What it brings. Kinds that train have operators of their own, which a cluster may run already:
  /// where somebody else has installed a kind's definition, what yields leaves the kind to them.
  ///
  /// @param yielding reconcilers of kinds that somebody else may care for
  /// @param objects that are there from the start, but those of kinds that are left to others
  record Work(
      List<Reconciler> reconcilers,
      List<Reconciler> yielding,
      List<KindRules> rules,
      List<Plan.Kept> objects) {
    List<Reconciler> beside(Set<String> foreign) {
      var all = new ArrayList<>(reconcilers);
      yielding.stream().filter(each -> !foreign.contains(name(each.kind()))).forEach(all::add);
      return all;
    }

    /// Whether a kind is left to whoever has installed its definition.
    boolean yields(String name, Set<String> foreign) {
      return foreign.contains(name)
          && yielding.stream().anyMatch(each -> name(each.kind()).equals(name));
    }

    Set<Kind> kinds() {
      var all = new HashSet<Kind>();
      Stream.concat(reconcilers.stream(), yielding.stream()).forEach(each -> all.add(each.kind()));
      return all;
    }

    /// Of a kind's definition.
    static String name(Kind kind) {
      return kind.plural() + "." + kind.group();
    }
  }

  private final Cluster cluster;
  private final Work work;
  private final AdmissionReviews reviews;
  private final LeaderElection election;
  private final InstantSource clock = InstantSource.system();
  private final GatewayAddress address;
  private Optional<OperatorGateway> gateway = Optional.empty();
  private List<Thread> begun = List.of();
  private Optional<CertificateAuthority> authority = Optional.empty();
  private Optional<HttpServer> webhooks = Optional.empty();
  private final String webhookHost;
  private Optional<Loop> loop = Optional.empty();
  private boolean closed;

  private Operator(Cluster cluster, Work work, Settings settings) {
    this.cluster = cluster;
    this.work = work;
    this.webhookHost = settings.webhookHost;
    this.address = settings.gateway;
    this.reviews = new AdmissionReviews(work.rules, cluster, work.kinds());
    Key lease = Kinds.LEASE.key(settings.namespace, "slipway-operator");
    this.election = new LeaderElection(cluster, lease, settings.identity, settings.times, clock);
  }

  /// Starts answering, and stands for election.
  static Operator start(Cluster cluster, Work work, Settings settings) {
    var operator = new Operator(cluster, work, settings);
    if (!settings.webhookHost.isEmpty()) {
      operator.listen(settings);
    }
    operator.election.start(operator);
    return operator;
  }

  private void listen(Settings settings) {
    var made =
        CertificateAuthority.open(settings.data, List.of(settings.webhookHost), clock.instant());
    var tls = new ServerSettings.Tls(made.server().certificatePem(), made.server().keyPem(), "");
    String bind = bind(settings.webhookHost);
    Handler handler = this::answer;
    webhooks =
        Optional.of(
            HttpServer.start(ServerSettings.of(bind, settings.webhookPort).withTls(tls), handler));
    authority = Optional.of(made);
  }

  /// Where to listen so as to be reached at a host: everywhere, unless that is this machine alone.
  private static String bind(String host) {
    String all = host.indexOf(':') >= 0 ? "::" : "0.0.0.0";
    return isLoopback(host) ? host : all;
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }

  private void answer(Request request, Response response) {
    ObjectNode review = Json.parseObject(request.body(MAX_REVIEW_BYTES));
    switch (request.rawPath()) {
      case "/mutate" -> send(response, reviews.mutate(review));
      case "/validate" -> send(response, reviews.validate(review));
      default -> response.status(404).send(new byte[0]);
    }
  }

  private static void send(Response response, ObjectNode review) {
    response.header("content-type", "application/json").send(Json.bytes(review));
  }

  @Override
  public synchronized void lead() {
    if (closed) {
      return;
    }
    var resources = new HashMap<String, String>();
    var foreign = new HashSet<String>();
    for (ObjectNode each : AiKinds.definitions()) {
      String name = Json.text(each, "metadata", "name");
      if (!install(each)) {
        foreign.add(name);
      }
      if (work.yields(name, foreign)) {
        continue;
      }
      resources.put(
          Json.text(each, "spec", "group") + "/" + Json.text(each, "spec", "names", "kind"),
          Json.text(each, "spec", "names", "plural"));
    }
    ask(resources);
    loop = Optional.of(Loop.start(cluster, work.beside(foreign), clock));
    begun =
        List.of(
            Thread.ofVirtual().name("open gateway").start(this::open),
            Thread.ofVirtual().name("install objects").start(() -> installObjects(foreign)));
  }

  /// A definition takes a moment until its kind is served.
  private void installObjects(Set<String> foreign) {
    try {
      for (Plan.Kept each : work.objects) {
        for (int tries = 1; !work.yields(Work.name(each.kind()), foreign); tries++) {
          if (tries == MOST_TRIES || isServed(each.kind())) {
            apply(each.kind(), each.object());
            break;
          }
          Thread.sleep(SERVED_RETRY);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isServed(Kind kind) {
    return cluster
        .get(DEFINITION.key("", Work.name(kind)))
        .filter(definition -> definition.isTrue("Established"))
        .isPresent();
  }

  /// Takes the gateway's port as soon as whoever had it before lets go of it.
  private void open() {
    boolean told = false;
    try {
      while (!tryOpen(told)) {
        told = true;
        Thread.sleep(PORT_RETRY);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean tryOpen(boolean told) {
    if (loop.isEmpty()) {
      return true; // it leads no more
    }
    try {
      var made =
          OperatorGateway.start(cluster, bind(address.host), address.port, address.requests, clock);
      gateway = Optional.of(made);
      log.info("services answer at {} port {}", address.host, made.port());
      GatewayService.objects(address.host, made.port())
          .forEach(each -> apply(each.kind(), each.object()));
      return true;
    } catch (UncheckedIOException taken) {
      if (!told) {
        log.warn("port {} of the gateway, still trying: {}", address.port, taken.getMessage());
      }
      return false;
    }
  }

  /// Where the gateway listens, while this replica leads.
  synchronized Optional<Integer> gatewayPort() {
    return gateway.map(OperatorGateway::port);
  }

  /// A definition somebody else has installed is theirs.
  ///
  /// @return whether it is ours
  private boolean install(ObjectNode definition) {
    Json.ensureObject(definition, "metadata", "labels").put(OURS, "true");
    Optional<Resource> there =
        cluster.get(DEFINITION.key("", Json.text(definition, "metadata", "name")));
    boolean ours = there.isEmpty() || there.get().label(OURS).equals("true");
    if (ours) {
      apply(DEFINITION, definition);
    }
    return ours;
  }

  private void ask(Map<String, String> resources) {
    if (webhooks.isEmpty() || authority.isEmpty()) {
      return;
    }
    String host = webhookHost.indexOf(':') >= 0 ? "[" + webhookHost + "]" : webhookHost;
    String url = "https://" + host + ":" + webhooks.get().port();
    List<ObjectNode> wanted =
        reviews.configurations(resources, url, authority.get().certificatePem());
    apply(MUTATING, wanted.getFirst());
    apply(VALIDATING, wanted.getLast());
  }

  private void apply(Kind kind, ObjectNode object) {
    try {
      cluster.apply(kind, object);
    } catch (ClusterException refused) {
      log.warn(
          "{} {} could not be installed: {}",
          kind,
          Json.text(object, "metadata", "name"),
          refused.getMessage());
    }
  }

  @Override
  public synchronized void stepDown() {
    begun.forEach(Thread::interrupt);
    begun = List.of();
    gateway.ifPresent(OperatorGateway::close);
    gateway = Optional.empty();
    loop.ifPresent(Loop::close);
    loop = Optional.empty();
  }

  private void takeAway(Key key) {
    try {
      cluster.delete(key, Json.object());
    } catch (ClusterException refused) {
      log.warn("{} could not be taken away: {}", key, refused.getMessage());
    }
  }

  /// Whether this replica leads.
  boolean leads() {
    return election.leads();
  }

  @Override
  public void close() {
    boolean led = leads();
    synchronized (this) {
      closed = true;
      stepDown();
    }
    if (led) {
      takeAway(GatewayService.PLACE);
    }
    if (led && webhooks.isPresent()) {
      List.of(MUTATING, VALIDATING).forEach(each -> takeAway(each.key("", "slipway")));
    }
    election.close();
    webhooks.ifPresent(HttpServer::close);
  }
}
