package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.node.ContainerState.Running;
import dev.slipway.node.ContainerState.Terminated;
import dev.slipway.node.ContainerState.Waiting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The status of a pod from what its containers do. Same inputs, same answer.
///
/// Source: Kubernetes, `pkg/kubelet/status/generate.go` and `kubelet_pods.go` (`getPhase`), as
/// documented under "Pod Lifecycle".
final class PodStatus {
  private static final String CONTAINERS_READY = "ContainersReady";
  private static final Set<String> OWN =
      Set.of("PodReadyToStartContainers", "Initialized", "Ready", CONTAINERS_READY, "PodScheduled");

  private final Resource pod;
  private final Facts facts;
  private final Instant now;
  private final String phase;

  /// What is known of a container.
  ///
  /// @param imageId tells what stands for the image
  /// @param ready whether it may get requests; of an init container, whether it has done its work
  /// @param started whether its startup probe has passed, where it has one
  record Container(
      String name,
      String image,
      String id,
      String imageId,
      boolean sidecar,
      ContainerState state,
      Optional<Terminated> last,
      int restarts,
      boolean ready,
      boolean started) {}

  /// What is known of a pod.
  ///
  /// @param failure a reason and a message for a pod that failed as a whole
  record Facts(
      String address,
      String hostAddress,
      Instant startTime,
      List<Container> inits,
      List<Container> containers,
      List<Container> ephemerals,
      Optional<Waiting> failure) {
    Facts {
      inits = List.copyOf(inits);
      containers = List.copyOf(containers);
      ephemerals = List.copyOf(ephemerals);
    }
  }

  private PodStatus(Resource pod, Facts facts, Instant now) {
    this.pod = pod;
    this.facts = facts;
    this.now = now;
    this.phase = phase(pod, facts);
  }

  /// @param pod as last seen; what others wrote into its status stays
  static ObjectNode of(Resource pod, Facts facts, Instant now) {
    return new PodStatus(pod, facts, now).status();
  }

  private ObjectNode status() {
    var status = Json.object();
    if (pod.status() instanceof ObjectNode before) {
      status.setAll(before);
    }
    status.put("phase", phase);
    status.remove(List.of("reason", "message"));
    facts
        .failure()
        .ifPresent(why -> status.put("reason", why.reason()).put("message", why.message()));
    status.set("conditions", conditions());
    status.put("hostIP", facts.hostAddress());
    status.putArray("hostIPs").addObject().put("ip", facts.hostAddress());
    if (!facts.address().isEmpty()) {
      status.put("podIP", facts.address());
      status.putArray("podIPs").addObject().put("ip", facts.address());
    }
    status.put("startTime", ContainerState.seconds(facts.startTime()));
    if (!facts.inits().isEmpty()) {
      status.set("initContainerStatuses", containers(facts.inits()));
    }
    status.set("containerStatuses", containers(facts.containers()));
    if (!facts.ephemerals().isEmpty()) {
      status.set("ephemeralContainerStatuses", containers(facts.ephemerals()));
    }
    return status;
  }

  private static ArrayNode containers(List<Container> all) {
    var statuses = Json.array();
    for (var each : all) {
      var status = statuses.addObject().put("name", each.name());
      status.set("state", each.state().toJson());
      status.set("lastState", each.last().map(Terminated::toJson).orElseGet(Json::object));
      status.put("ready", each.ready()).put("restartCount", each.restarts());
      status.put("image", each.image());
      status.put("imageID", each.id().isEmpty() ? "" : "slipway://" + each.imageId());
      if (!each.id().isEmpty()) {
        status.put("containerID", "slipway://" + each.id());
      }
      status.put("started", each.started());
    }
    return statuses;
  }

  static String phase(Resource pod, Facts facts) {
    if (facts.failure().isPresent()) {
      return "Failed";
    }
    var policy = pod.text("spec", "restartPolicy");
    if (hasBegun(facts)) {
      return afterInit(policy, facts);
    }
    for (var init : facts.inits()) {
      boolean failed = init.state() instanceof Terminated ended && ended.exitCode() != 0;
      if (failed && policy.equals("Never") && !init.sidecar()) {
        return "Failed";
      }
      if (!initialized(init)) {
        return "Pending";
      }
    }
    return afterInit(policy, facts);
  }

  /// Whether a container has run that waits for those of `initContainers`: then they have done
  /// their work, whatever sidecars do later.
  private static boolean hasBegun(Facts facts) {
    return facts.containers().stream()
        .anyMatch(each -> !(each.state() instanceof Waiting) || each.last().isPresent());
  }

  private static String afterInit(String policy, Facts facts) {
    var found = phase(policy, facts.containers());
    boolean beside =
        facts.inits().stream().anyMatch(each -> each.sidecar() && each.state() instanceof Running);
    return beside && !found.equals("Pending") ? "Running" : found;
  }

  private static String phase(String policy, List<Container> containers) {
    int running = 0;
    int failed = 0;
    for (var each : containers) {
      switch (each.state()) {
        case Waiting _ -> {
          if (each.last().isEmpty()) {
            return "Pending";
          }
          running++; // it ran and will run again
        }
        case Running _ -> running++;
        case Terminated ended -> failed += ended.exitCode() == 0 ? 0 : 1;
      }
    }
    if (running > 0 || policy.equals("Always") || policy.isEmpty()) {
      return "Running";
    }
    if (failed == 0) {
      return "Succeeded";
    }
    return policy.equals("Never") ? "Failed" : "Running";
  }

  private static boolean initialized(Container init) {
    return init.sidecar()
        ? init.started() && init.state() instanceof Running
        : init.state() instanceof Terminated ended && ended.exitCode() == 0;
  }

  /// In the kubelet's order, then what others wrote.
  private ArrayNode conditions() {
    var all = new LinkedHashMap<String, ObjectNode>();
    put(all, "PodReadyToStartContainers", !facts.address().isEmpty(), "", "");
    initializedCondition(all);
    var unready = unready();
    ready(all, unready);
    notReady(all, CONTAINERS_READY, unready);
    put(all, "PodScheduled", true, "", "");
    for (var each : pod.status().path("conditions")) {
      if (!OWN.contains(Json.text(each, "type")) && each instanceof ObjectNode condition) {
        all.put(Json.text(each, "type"), condition);
      }
    }
    var array = Json.array();
    all.values().forEach(array::add);
    return array;
  }

  private void initializedCondition(Map<String, ObjectNode> all) {
    var incomplete =
        facts.inits().stream().filter(each -> !initialized(each)).map(Container::name).toList();
    if (incomplete.isEmpty() || hasBegun(facts)) {
      put(all, "Initialized", true, phase.equals("Succeeded") ? "PodCompleted" : "", "");
    } else {
      put(
          all,
          "Initialized",
          false,
          "ContainersNotInitialized",
          "containers with incomplete status: " + words(incomplete));
    }
  }

  private List<String> unready() {
    return Stream.concat(
            facts.inits().stream().filter(Container::sidecar), facts.containers().stream())
        .filter(each -> !each.ready())
        .map(Container::name)
        .toList();
  }

  private void ready(Map<String, ObjectNode> all, List<String> unready) {
    var gates = new ArrayList<String>();
    for (var gate : pod.spec().path("readinessGates")) {
      var type = Json.text(gate, "conditionType");
      var condition = pod.conditionNode(type);
      if (condition.isMissingNode()) {
        gates.add("corresponding condition of pod readiness gate \"" + type + "\" does not exist.");
      } else if (!Json.text(condition, "status").equals("True")) {
        gates.add(
            "the status of pod readiness gate \""
                + type
                + "\" is not \"True\", but "
                + Json.text(condition, "status"));
      }
    }
    if (unready.isEmpty() && !gates.isEmpty() && !isTerminal()) {
      put(all, "Ready", false, "ReadinessGatesNotReady", String.join(", ", gates));
    } else {
      notReady(all, "Ready", unready);
    }
  }

  private boolean isTerminal() {
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  private void notReady(Map<String, ObjectNode> all, String type, List<String> unready) {
    if (phase.equals("Succeeded")) {
      put(all, type, false, "PodCompleted", "");
    } else if (phase.equals("Failed")) {
      put(all, type, false, "PodFailed", "");
    } else if (unready.isEmpty()) {
      put(all, type, true, "", "");
    } else {
      put(
          all,
          type,
          false,
          "ContainersNotReady",
          "containers with unready status: " + words(unready));
    }
  }

  private static String words(List<String> names) {
    return names.stream().collect(Collectors.joining(" ", "[", "]"));
  }

  /// A condition keeps the time of its last transition while its status stays.
  private void put(
      Map<String, ObjectNode> all, String type, boolean is, String reason, String message) {
    var status = is ? "True" : "False";
    var before = pod.conditionNode(type);
    var kept = Json.text(before, "lastTransitionTime");
    boolean same = Json.text(before, "status").equals(status) && !kept.isEmpty();
    var condition = Json.object().put("type", type).put("status", status);
    condition.putNull("lastProbeTime");
    condition.put("lastTransitionTime", same ? kept : ContainerState.seconds(now));
    if (!reason.isEmpty()) {
      condition.put("reason", reason);
    }
    if (!message.isEmpty()) {
      condition.put("message", message);
    }
    all.put(type, condition);
  }
}
