package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Which runtime serves a model: the one it names, or the best of those that know its format.
///
/// Candidates are the namespace's own, then the cluster's; of each: enabled, for single models,
/// with
/// workers exactly where the predictor has workers, speaking the protocol (v1 where none is said),
/// and naming format and version for automatic selection. In order of priority, highest first; then
/// of their lowest protocol, newest first, by name.
///
/// Follows `GetSupportingRuntimes` of `pkg/apis/serving/v1beta1/predictor_model.go` and
/// `reconcileModel` of `pkg/controller/v1beta1/inferenceservice/components/predictor.go`. One thing
/// is added: where no runtime knows version `2.8.0`, those that know `2` are asked.
public final class RuntimeSelection {
  private static final List<String> PROTOCOLS = List.of("", "v1", "v2", "grpc-v1", "grpc-v2");

  private final JsonNode model;
  private final boolean multiNode;
  private final List<Resource> namespaced;
  private final List<Resource> clusterWide;

  private RuntimeSelection(
      JsonNode model, boolean multiNode, List<Resource> namespaced, List<Resource> clusterWide) {
    this.model = model;
    this.multiNode = multiNode;
    this.namespaced = namespaced;
    this.clusterWide = clusterWide;
  }

  /// What was found.
  public sealed interface Choice {
    /// @param note what a user should know of how it came about; may be empty
    record Chosen(Resource runtime, String note) implements Choice {
      boolean isClusterWide() {
        return runtime.namespace().isEmpty();
      }
    }

    /// @param reason `RuntimeNotRecognized`, `RuntimeDisabled` or `NoSupportingRuntime`
    /// @param summary KServe's sentence
    /// @param message which model, what was looked for, what there is
    record Refused(String reason, String summary, String message) implements Choice {}
  }

  /// @param model `spec.predictor.model`
  /// @param multiNode whether the predictor has a `workerSpec`
  /// @param namespaced ServingRuntimes of the service's namespace
  /// @param clusterWide ClusterServingRuntimes
  public static Choice choose(
      JsonNode model, boolean multiNode, List<Resource> namespaced, List<Resource> clusterWide) {
    var selection = new RuntimeSelection(model, multiNode, namespaced, clusterWide);
    String runtime = Json.text(model, "runtime");
    return runtime.isEmpty() ? selection.best() : selection.named(runtime);
  }

  private String format() {
    return Json.text(model, "modelFormat", "name");
  }

  private String version() {
    return Json.text(model, "modelFormat", "version");
  }

  private Choice named(String name) {
    Optional<Resource> found =
        Stream.concat(namespaced.stream(), clusterWide.stream())
            .filter(each -> each.name().equals(name))
            .findFirst();
    if (found.isEmpty()) {
      return new Choice.Refused(
          "RuntimeNotRecognized",
          "Waiting for runtime to become available",
          "No ServingRuntimes or ClusterServingRuntimes with the name: " + name);
    }
    JsonNode spec = found.get().spec();
    String protocol = Json.text(model, "protocolVersion");
    if (spec.path("disabled").asBoolean(false)) {
      return new Choice.Refused(
          "RuntimeDisabled",
          "Specified runtime is disabled",
          "specified runtime " + name + " is disabled");
    }
    if (!protocol.isEmpty() && !speaks(spec, protocol)) {
      return new Choice.Refused(
          "NoSupportingRuntime",
          "Specified runtime does not support specified protocol version",
          "specified runtime "
              + name
              + " does not support specified protocol version "
              + protocol
              + " (it has "
              + words(spec.path("protocolVersions"))
              + ")");
    }
    for (String version : versions()) {
      if (knows(spec, version, true)) {
        return new Choice.Chosen(found.get(), note(name, version));
      }
    }
    return new Choice.Refused(
        "NoSupportingRuntime",
        "Specified runtime does not support specified framework/version",
        "specified runtime "
            + name
            + " does not support specified framework/version "
            + label()
            + " (it has "
            + formats(spec)
            + ")");
  }

  private Choice best() {
    for (String version : versions()) {
      var candidates = new ArrayList<Resource>(candidates(namespaced, version));
      candidates.addAll(candidates(clusterWide, version));
      if (!candidates.isEmpty()) {
        Resource first = candidates.getFirst();
        return new Choice.Chosen(first, note(first.name(), version));
      }
    }
    return new Choice.Refused(
        "NoSupportingRuntime",
        "No runtime found to support specified framework/version",
        "no runtime found to support predictor with model type: "
            + label()
            + " and protocol "
            + protocol()
            + " ("
            + alternatives()
            + ")");
  }

  /// The version as written, then its major.
  private List<String> versions() {
    String written = version();
    int dot = written.indexOf('.');
    return dot < 0 ? List.of(written) : List.of(written, written.substring(0, dot));
  }

  private String note(String runtime, String used) {
    return used.equals(version())
        ? ""
        : "runtime "
            + runtime
            + " names no version "
            + version()
            + " of "
            + format()
            + ", taken as "
            + used;
  }

  private List<Resource> candidates(List<Resource> runtimes, String version) {
    return runtimes.stream()
        .filter(each -> fits(each.spec(), version))
        .sorted(
            Comparator.comparingInt((Resource each) -> lowestProtocol(each.spec()))
                .thenComparing(Resource::created, Comparator.reverseOrder())
                .thenComparing(Resource::name))
        .sorted(Comparator.comparingLong((Resource each) -> priority(each.spec())).reversed())
        .toList();
  }

  private boolean fits(JsonNode spec, String version) {
    return !spec.path("disabled").asBoolean(false)
        && !spec.path("multiModel").asBoolean(false)
        && spec.path("workerSpec").isObject() == multiNode
        && speaks(spec, protocol())
        && knows(spec, version, false);
  }

  private String protocol() {
    String written = Json.text(model, "protocolVersion");
    return written.isEmpty() ? "v1" : written;
  }

  private static boolean speaks(JsonNode spec, String protocol) {
    JsonNode spoken = spec.path("protocolVersions");
    for (JsonNode each : spoken) {
      if (each.asString("").equals(protocol)) {
        return true;
      }
    }
    return spoken.isEmpty();
  }

  private boolean knows(JsonNode spec, String version, boolean named) {
    for (JsonNode each : spec.path("supportedModelFormats")) {
      if ((named || each.path("autoSelect").asBoolean(false))
          && Json.text(each, "name").equals(format())
          && (version.isEmpty() || Json.text(each, "version").equals(version))) {
        return true;
      }
    }
    return false;
  }

  private long priority(JsonNode spec) {
    for (JsonNode each : spec.path("supportedModelFormats")) {
      if (Json.text(each, "name").equals(format())) {
        return each.path("priority").asLong(Long.MIN_VALUE);
      }
    }
    return Long.MIN_VALUE;
  }

  private static int lowestProtocol(JsonNode spec) {
    int lowest = Integer.MAX_VALUE;
    for (JsonNode each : spec.path("protocolVersions")) {
      lowest = Math.min(lowest, Math.max(0, PROTOCOLS.indexOf(each.asString(""))));
    }
    return lowest == Integer.MAX_VALUE ? 0 : lowest;
  }

  /// The protocol spoken where the model names none: the lowest of the runtime's.
  static String protocol(JsonNode spec) {
    return PROTOCOLS.get(lowestProtocol(spec));
  }

  private String label() {
    return version().isEmpty() ? format() : format() + " " + version();
  }

  private String alternatives() {
    var known = new TreeSet<String>();
    Stream.concat(namespaced.stream(), clusterWide.stream())
        .filter(each -> !each.spec().path("disabled").asBoolean(false))
        .forEach(
            each ->
                each.spec().path("supportedModelFormats").forEach(f -> known.add(offer(f, each))));
    known.remove("");
    return known.isEmpty()
        ? "no runtime is there"
        : known.stream().anyMatch(each -> each.startsWith(format() + " "))
            ? "there is " + String.join(", ", own(known))
            : "formats with a runtime: " + String.join(", ", names(known));
  }

  private static String offer(JsonNode format, Resource runtime) {
    return Json.text(format, "name")
        + " "
        + Json.text(format, "version")
        + " on "
        + runtime.name()
        + " with "
        + words(runtime.spec().path("protocolVersions"));
  }

  private List<String> own(Set<String> offers) {
    return offers.stream().filter(each -> each.startsWith(format() + " ")).toList();
  }

  private static List<String> names(Set<String> offers) {
    return offers.stream().map(each -> each.split(" ", 2)[0]).distinct().toList();
  }

  private static String words(JsonNode array) {
    var words = new ArrayList<String>();
    array.forEach(each -> words.add(each.asString("")));
    return words.isEmpty() ? "any" : String.join(", ", words);
  }

  private static String formats(JsonNode spec) {
    var known = new ArrayList<String>();
    for (JsonNode each : spec.path("supportedModelFormats")) {
      known.add((Json.text(each, "name") + " " + Json.text(each, "version")).strip());
    }
    return String.join(", ", known);
  }
}
