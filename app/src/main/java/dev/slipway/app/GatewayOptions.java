package dev.slipway.app;

import dev.slipway.dataplane.gateway.GatewaySettings;
import dev.slipway.dataplane.gateway.TraceSettings;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// How the gateway tells of its requests, and whom it believes.
final class GatewayOptions {
  @Option(
      names = "--log-requests",
      paramLabel = "SHARE",
      description =
          "Print a line of JSON for this share of the requests, 0 to 1 (default: ${DEFAULT-VALUE})."
              + " Spans of requests go where OTEL_EXPORTER_OTLP_ENDPOINT says, by OTLP over HTTP.",
      defaultValue = "0")
  private double logged;

  @Option(
      names = "--trusted-proxy",
      paramLabel = "NETWORK",
      description =
          "Proxies before this one (10.0.0.0/8) whose x-forwarded-for tells the client's address;"
              + " repeatable.")
  private List<String> trusted = List.of();

  /// @throws UserException if the environment or a share says what cannot be followed
  GatewaySettings settings(Map<String, String> environment) {
    if (!(logged >= 0 && logged <= 1)) {
      throw new UserException("--log-requests: " + logged + " is no share (expected 0 to 1)");
    }
    var settings = GatewaySettings.standard().withLogged(logged).withTrustedProxies(trusted);
    try {
      return TraceSettings.of(environment).map(settings::withTraces).orElse(settings);
    } catch (IllegalArgumentException wrong) {
      throw new UserException(String.valueOf(wrong.getMessage()));
    }
  }
}
