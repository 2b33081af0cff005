package dev.slipway.controllers.registry;

import dev.slipway.base.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `status.registry` of an InferenceService: which version of a registered model it runs, and how
/// far it is on its way to another.
///
/// @param uri what the service names
/// @param name of the registered model; empty where the URI has never meant a version
/// @param version that the predictor's template has
/// @param run that made the version; may be empty
/// @param stable the version that all other requests go to while `version` is tried; else empty
/// @param stableRevision the Knative revision that runs it; empty in other modes
/// @param phase where it is
/// @param percent of the requests that go to `version` while it is tried
/// @param rejected the version that was rolled back last; empty where none was
/// @param message what happened last, or what is wrong
/// @param since when that was
public record FollowState(
    String uri,
    String name,
    String version,
    String run,
    String stable,
    String stableRevision,
    Phase phase,
    int percent,
    String rejected,
    String message,
    Instant since) {
  /// The field of the status.
  public static final String FIELD = "registry";

  private static final Pattern MODEL =
      Pattern.compile("models:/+([^/@]+)(?:[/]([^/@]+)|@([^/@]+))");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
  private static final Set<Phase> TRYING = Set.of(Phase.STARTING, Phase.SHIFTING, Phase.RETURNING);

  /// Where a service is on its way.
  public enum Phase {
    /// The URI means no version, and nothing runs.
    UNRESOLVED,
    /// One version has all requests.
    SERVING,
    /// Another version starts beside it, without requests.
    STARTING,
    /// The other version has a share of the requests.
    SHIFTING,
    /// The other version was found wanting: the stable one has all requests, and is the template's
    /// again.
    RETURNING;

    /// As the status says it: `Serving`.
    public String word() {
      return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }

    private static Phase parse(String word) {
      for (Phase each : values()) {
        if (each.word().equals(word)) {
          return each;
        }
      }
      return SERVING;
    }
  }

  /// Whether a URI names a registered model.
  public static boolean names(String uri) {
    return MODEL.matcher(uri).matches();
  }

  /// Whether a URI may mean another version tomorrow: it names an alias or a stage.
  public static boolean moves(String uri) {
    Matcher read = MODEL.matcher(uri);
    return read.matches() && (read.group(3) != null || !NUMBER.matcher(read.group(2)).matches());
  }

  /// As a status has it; empty where it has none.
  public static Optional<FollowState> read(JsonNode status) {
    JsonNode node = status.path(FIELD);
    if (!node.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        new FollowState(
            Json.text(node, "uri"),
            Json.text(node, "name"),
            Json.text(node, "version"),
            Json.text(node, "runId"),
            Json.text(node, "stableVersion"),
            Json.text(node, "stableRevision"),
            Phase.parse(Json.text(node, "phase")),
            node.path("percent").asInt(0),
            Json.text(node, "rejectedVersion"),
            Json.text(node, "message"),
            instant(Json.text(node, "since"))));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      return Instant.EPOCH;
    }
  }

  /// As the status has it; what is empty is left out.
  public ObjectNode toJson() {
    ObjectNode node = Json.object().put("uri", uri).put("phase", phase.word());
    put(node, "name", name);
    put(node, "version", version);
    put(node, "runId", run);
    put(node, "stableVersion", stable);
    put(node, "stableRevision", stableRevision);
    if (isTrying()) {
      node.put("percent", percent);
    }
    put(node, "rejectedVersion", rejected);
    put(node, "message", message);
    return node.put("since", since.toString());
  }

  private static void put(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }

  /// Whether two versions run.
  public boolean isTrying() {
    return TRYING.contains(phase);
  }

  /// The template's model: `models:/iris/3`.
  public String pinned() {
    return "models:/" + name + "/" + version;
  }

  FollowState says(String text, Instant now) {
    return new FollowState(
        uri, name, version, run, stable, stableRevision, phase, percent, rejected, text, now);
  }

  /// One version has all requests.
  FollowState serving(String text, Instant now) {
    return new FollowState(uri, name, version, run, "", "", Phase.SERVING, 0, rejected, text, now);
  }

  FollowState forgiving() {
    return new FollowState(
        uri, name, version, run, stable, stableRevision, phase, percent, "", message, since);
  }

  FollowState shifting(int share, String text, Instant now) {
    return new FollowState(
        uri,
        name,
        version,
        run,
        stable,
        stableRevision,
        Phase.SHIFTING,
        share,
        rejected,
        text,
        now);
  }

  /// Another version beside the one that is stable.
  ///
  /// @param revision the Knative revision of the stable one
  FollowState starting(ModelRegistry.Version next, String revision, String text, Instant now) {
    boolean already = isTrying();
    return new FollowState(
        uri,
        next.name(),
        next.version(),
        next.run(),
        already ? stable : version,
        already ? stableRevision : revision,
        Phase.STARTING,
        0,
        "",
        text,
        now);
  }

  /// The stable version again.
  ///
  /// @param blamed the version that is not tried again by itself; may be empty
  FollowState returning(String blamed, String text, Instant now) {
    return new FollowState(
        uri, name, stable, "", stable, stableRevision, Phase.RETURNING, 0, blamed, text, now);
  }

  FollowState madeBy(String runId) {
    return new FollowState(
        uri,
        name,
        version,
        runId,
        stable,
        stableRevision,
        phase,
        percent,
        rejected,
        message,
        since);
  }

  /// A service that begins to follow.
  static FollowState first(String uri, ModelRegistry.Version found, String text, Instant now) {
    return new FollowState(
        uri, found.name(), found.version(), found.run(), "", "", Phase.SERVING, 0, "", text, now);
  }

  /// A service that has nothing to run.
  static FollowState unresolved(String uri, String text, Instant now) {
    return new FollowState(uri, "", "", "", "", "", Phase.UNRESOLVED, 0, "", text, now);
  }
}
