package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.cel.CelEnvironment;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One webhook of a configuration, as written.
///
/// @param key distinguishes it from all others: configuration, position, version
/// @param ignoresFailure `failurePolicy: Ignore`
record Webhook(
    String key,
    String name,
    MatchCriteria criteria,
    MatchConditions conditions,
    Client client,
    Duration timeout,
    boolean ignoresFailure,
    boolean reinvoked,
    boolean hasSideEffects) {
  private static final int DEFAULT_TIMEOUT_SECONDS = 10;
  private static final int DEFAULT_PORT = 443;

  /// Where it answers: `url`, or a Service.
  ///
  /// @param url empty for a Service
  /// @param authorities PEM; empty for the system's own
  record Client(
      String url, String namespace, String service, int port, String path, String authorities) {
    static Client read(JsonNode config) {
      JsonNode service = config.path("service");
      return new Client(
          Json.text(config, "url"),
          Json.text(service, "namespace"),
          Json.text(service, "name"),
          service.path("port").asInt(DEFAULT_PORT),
          Json.text(service, "path"),
          decoded(Json.text(config, "caBundle")));
    }

    private static String decoded(String bundle) {
      try {
        return new String(Base64.getDecoder().decode(bundle), StandardCharsets.US_ASCII);
      } catch (IllegalArgumentException _) {
        return bundle;
      }
    }

    boolean isService() {
      return url.isEmpty();
    }
  }

  static List<Webhook> readAll(ObjectNode configuration, Supplier<CelEnvironment> environment) {
    var webhooks = new ArrayList<Webhook>();
    String owner =
        Json.text(configuration, "metadata", "uid")
            + " "
            + Json.text(configuration, "metadata", "resourceVersion");
    for (ObjectNode each : Containers.objects(configuration.path("webhooks"))) {
      webhooks.add(read(owner + " " + webhooks.size(), each, environment));
    }
    return List.copyOf(webhooks);
  }

  private static Webhook read(
      String key, ObjectNode webhook, Supplier<CelEnvironment> environment) {
    String sideEffects = Json.text(webhook, "sideEffects");
    return new Webhook(
        key,
        Json.text(webhook, "name"),
        MatchCriteria.read(webhook, "rules"),
        MatchConditions.read(webhook.path("matchConditions"), environment),
        Client.read(webhook.path("clientConfig")),
        Duration.ofSeconds(webhook.path("timeoutSeconds").asInt(DEFAULT_TIMEOUT_SECONDS)),
        Json.text(webhook, "failurePolicy").equals("Ignore"),
        Json.text(webhook, "reinvocationPolicy").equals("IfNeeded"),
        !sideEffects.equals("None") && !sideEffects.equals("NoneOnDryRun"));
  }
}
