package dev.slipway.dataplane.gateway;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Where the spans of requests go, and of which.
///
/// Source: OpenTelemetry's specification, "OpenTelemetry Protocol Exporter" and "Environment
/// Variable Specification".
///
/// @param endpoint of an OTLP receiver over HTTP, with its path
/// @param headers sent with each batch, a receiver's key for example
/// @param share of the traces begun here that are sampled, 0 to 1; a trace that a client began
///     follows the client's decision
/// @param resource what the spans' sender is called: `service.name` and whatever else is known
public record TraceSettings(
    URI endpoint, Map<String, String> headers, double share, Map<String, String> resource) {
  private static final String SERVICE = "slipway-gateway";

  public TraceSettings {
    headers = Map.copyOf(headers);
    resource = Map.copyOf(resource);
  }

  /// As the variables `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`,
  /// `…_HEADERS`, `…_PROTOCOL`, `OTEL_TRACES_EXPORTER`, `OTEL_TRACES_SAMPLER` with its `_ARG`,
  /// `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SDK_DISABLED` say.
  ///
  /// @return empty where none of them names an endpoint
  /// @throws IllegalArgumentException if one of them says what cannot be followed
  public static Optional<TraceSettings> of(Map<String, String> environment) {
    var endpoint = endpoint(environment);
    if (endpoint.isEmpty()
        || environment.getOrDefault("OTEL_SDK_DISABLED", "").equalsIgnoreCase("true")
        || environment.getOrDefault("OTEL_TRACES_EXPORTER", "otlp").equals("none")) {
      return Optional.empty();
    }
    requireHttp(environment);
    var resource = pairs(environment, "OTEL_RESOURCE_ATTRIBUTES");
    resource.putIfAbsent("service.name", SERVICE);
    var name = environment.getOrDefault("OTEL_SERVICE_NAME", "");
    if (!name.isEmpty()) {
      resource.put("service.name", name);
    }
    var headers = pairs(environment, "OTEL_EXPORTER_OTLP_HEADERS");
    headers.putAll(pairs(environment, "OTEL_EXPORTER_OTLP_TRACES_HEADERS"));
    return Optional.of(new TraceSettings(uri(endpoint), headers, share(environment), resource));
  }

  // The one for traces is taken as it is; the one for all signals has the signal's path added.
  private static String endpoint(Map<String, String> environment) {
    var own = environment.getOrDefault("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "");
    var all = environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "");
    if (!own.isEmpty() || all.isEmpty()) {
      return own;
    }
    return all + (all.endsWith("/") ? "" : "/") + "v1/traces";
  }

  private static URI uri(String endpoint) {
    try {
      var uri = URI.create(endpoint);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // told below
    }
    throw new IllegalArgumentException(
        "OTEL_EXPORTER_OTLP_ENDPOINT: \"" + endpoint + "\" is no http(s)://HOST:PORT/…");
  }

  private static void requireHttp(Map<String, String> environment) {
    var all = environment.getOrDefault("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
    var protocol = environment.getOrDefault("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", all);
    if (!protocol.isEmpty() && !protocol.equals("http/protobuf")) {
      throw new IllegalArgumentException(
          "OTEL_EXPORTER_OTLP_PROTOCOL: \""
              + protocol
              + "\" is not spoken (expected http/protobuf, usually at port 4318)");
    }
  }

  private static double share(Map<String, String> environment) {
    var sampler = environment.getOrDefault("OTEL_TRACES_SAMPLER", "");
    return switch (sampler) {
      case "", "always_on", "parentbased_always_on" -> 1;
      case "always_off", "parentbased_always_off" -> 0;
      case "traceidratio", "parentbased_traceidratio" -> ratio(environment);
      default ->
          throw new IllegalArgumentException(
              "OTEL_TRACES_SAMPLER: \""
                  + sampler
                  + "\" is not known (expected parentbased_always_on, parentbased_always_off or"
                  + " parentbased_traceidratio)");
    };
  }

  private static double ratio(Map<String, String> environment) {
    var given = environment.getOrDefault("OTEL_TRACES_SAMPLER_ARG", "1");
    try {
      double ratio = Double.parseDouble(given);
      if (ratio >= 0 && ratio <= 1) {
        return ratio;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new IllegalArgumentException(
        "OTEL_TRACES_SAMPLER_ARG: \"" + given + "\" is no share (expected 0 to 1)");
  }

  // `key=value,key=value`, values percent-encoded.
  private static Map<String, String> pairs(Map<String, String> environment, String variable) {
    var pairs = new LinkedHashMap<String, String>();
    for (var each : environment.getOrDefault(variable, "").split(",", -1)) {
      int equals = each.indexOf('=');
      if (equals > 0) {
        var value = each.substring(equals + 1).strip().replace("+", "%2B");
        pairs.put(
            each.substring(0, equals).strip(), URLDecoder.decode(value, StandardCharsets.UTF_8));
      } else if (!each.isBlank()) {
        throw new IllegalArgumentException(
            variable + ": \"" + each.strip() + "\" is no pair (expected KEY=VALUE,…)");
      }
    }
    return pairs;
  }
}
