package dev.slipway.apiserver.custom;

import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.schema.Url;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Judges `spec.conversion` of a definition.
final class ConversionRules {
  private static final int MAX_PORT = 65_535;
  private static final List<String> STRATEGIES = List.of("None", "Webhook");

  private ConversionRules() {}

  static List<Problem> problems(JsonNode conversion, FieldPath here) {
    var problems = new ArrayList<Problem>();
    if (!conversion.isObject()) {
      return problems;
    }
    String strategy = Json.text(conversion, "strategy");
    if (strategy.isEmpty()) {
      problems.add(Problem.required(here.field("strategy"), ""));
    } else if (!STRATEGIES.contains(strategy)) {
      problems.add(Problem.notSupported(here.field("strategy"), strategy, STRATEGIES));
    }
    JsonNode webhook = conversion.path("webhook");
    if (!strategy.equals("Webhook")) {
      if (webhook.isObject()) {
        problems.add(
            Problem.forbidden(
                here.field("webhookClientConfig"),
                "should not be set when strategy is not set to Webhook"));
      }
      return problems;
    }
    client(webhook.path("clientConfig"), here.field("webhookClientConfig"), problems);
    reviews(
        webhook.path("conversionReviewVersions"), here.field("conversionReviewVersions"), problems);
    return problems;
  }

  private static void client(JsonNode config, FieldPath here, List<Problem> problems) {
    if (!config.isObject()) {
      problems.add(Problem.required(here, "required when strategy is set to Webhook"));
    } else if (config.has("url") == config.has("service")) {
      problems.add(Problem.required(here, "exactly one of url or service is required"));
    } else if (config.has("url")) {
      url(Json.text(config, "url"), here.field("url"), problems);
    } else {
      service(config.path("service"), here.field("service"), problems);
    }
  }

  private static void url(String text, FieldPath here, List<Problem> problems) {
    String form = "; desired format: https://host[/path]";
    try {
      Url url = Url.parse(text);
      if (!url.scheme().equals("https")) {
        problems.add(
            Problem.invalid(here, url.scheme(), "'https' is the only allowed URL scheme" + form));
      }
      if (url.host().isEmpty()) {
        problems.add(Problem.invalid(here, url.host(), "host must be specified" + form));
      }
      if (!url.query().isEmpty()) {
        problems.add(
            Problem.invalid(
                here, url.query(), "query parameters are not permitted in the URL" + form));
      }
    } catch (Url.Malformed malformed) {
      problems.add(
          Problem.required(here, "url must be a valid URL: " + malformed.getMessage() + form));
    }
  }

  private static void service(JsonNode service, FieldPath here, List<Problem> problems) {
    for (String name : List.of("name", "namespace")) {
      if (Json.text(service, name).isEmpty()) {
        problems.add(Problem.required(here.field(name), "service " + name + " is required"));
      }
    }
    int port = service.path("port").asInt(443);
    if (port < 1 || port > MAX_PORT) {
      problems.add(
          Problem.invalid(
              here.field("port"),
              port,
              "port is not valid: must be between 1 and 65535, inclusive"));
    }
    String path = Json.text(service, "path");
    if (!path.isEmpty() && !path.startsWith("/")) {
      problems.add(Problem.invalid(here.field("path"), path, "must start with a '/'"));
    }
  }

  private static void reviews(JsonNode versions, FieldPath here, List<Problem> problems) {
    if (versions.isEmpty()) {
      problems.add(Problem.required(here, ""));
      return;
    }
    var seen = new HashSet<String>();
    for (int i = 0; i < versions.size(); i++) {
      String version = versions.get(i).asString("");
      if (!seen.add(version)) {
        problems.add(Problem.invalid(here.index(i), version, "duplicate version"));
        continue;
      }
      for (String wrong : Names.dns1035Label(version)) {
        problems.add(Problem.invalid(here.index(i), version, wrong));
      }
    }
    if (Set.of("v1", "v1beta1").stream().noneMatch(seen::contains)) {
      problems.add(Problem.invalid(here, versions, "must include at least one of v1, v1beta1"));
    }
  }
}
