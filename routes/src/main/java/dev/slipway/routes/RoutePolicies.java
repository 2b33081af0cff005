package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.Identity;
import dev.slipway.dataplane.gateway.RouteTable.PayloadLog;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.dataplane.gateway.RouteTable.Rate;
import dev.slipway.dataplane.gateway.RouteTable.Stickiness;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What Slipway's own annotations ask of a route; they work on every kind that routes, and are
/// copied
/// to it from InferenceServices and Knative Services.
///
/// | annotation | value |
/// |---|---|
/// | `slipway.dev/api-keys` | a Secret; each of its values is a key, named by its entry |
/// | `slipway.dev/api-key-header` | header that carries the key; `Authorization: Bearer` where
/// absent |
/// | `slipway.dev/jwt-issuer`, `-audience`, `-keys` | OIDC issuer, audiences with commas, keys'
/// address |
/// | `slipway.dev/rate-limit` | `100/s`, `100/m`: requests of one client address |
/// | `slipway.dev/max-concurrent` | requests under way at once |
/// | `slipway.dev/max-body` | largest request body: `10Mi` |
/// | `slipway.dev/sticky` | `cookie:NAME` or `header:NAME` |
final class RoutePolicies {
  static final String PREFIX = "slipway.dev/";

  private final Resource object;
  private final Lookup lookup;

  RoutePolicies(Resource object, Lookup lookup) {
    this.object = object;
    this.lookup = lookup;
  }

  Policy policy() {
    var found =
        new Policy(
            identity(),
            rate(),
            (int) Amounts.count(said("max-concurrent"), 0),
            Amounts.bytes(said("max-body"), 0),
            List.of(),
            payloads());
    return found.equals(Policy.OPEN) ? Policy.OPEN : found;
  }

  private String said(String name) {
    return object.annotation(PREFIX + name);
  }

  Optional<Stickiness> stickiness() {
    var parts = said("sticky").split(":", 2);
    return parts.length == 2
        ? Optional.of(new Stickiness(parts[0], parts[1], Optional.empty(), Map.of()))
        : Optional.empty();
  }

  private Optional<Identity> identity() {
    if (!said("api-keys").isEmpty()) {
      return Optional.of(keys(said("api-keys")));
    }
    if (!said("jwt-issuer").isEmpty()) {
      var keys = said("jwt-keys");
      return Optional.of(
          new Identity.Jwt(
              URI.create(said("jwt-issuer")),
              words(said("jwt-audience")),
              keys.isEmpty() ? Optional.empty() : Optional.of(URI.create(keys))));
    }
    return Optional.empty();
  }

  /// Without the Secret nobody gets in: a list of no keys.
  private Identity keys(String secret) {
    var digests = new LinkedHashMap<String, String>();
    lookup
        .find(Kinds.SECRET.key(object.namespace(), secret))
        .ifPresent(
            found ->
                Json.strings(found.tree(), "data")
                    .keySet()
                    .forEach(
                        name ->
                            digests.put(sha256(Certificates.decoded(found, name).strip()), name)));
    return new Identity.ApiKeys(said("api-key-header"), digests);
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private Optional<Rate> rate() {
    var parts = said("rate-limit").split("/", 2);
    long count = Amounts.count(parts[0], 0);
    if (count <= 0) {
      return Optional.empty();
    }
    var period =
        switch (parts.length == 2 ? parts[1] : "s") {
          case "m" -> Duration.ofMinutes(1);
          case "h" -> Duration.ofHours(1);
          default -> Duration.ofSeconds(1);
        };
    return Optional.of(new Rate((int) count, period, (int) count, List.of()));
  }

  private Optional<PayloadLog> payloads() {
    var sink = said("payload-sink");
    return sink.isEmpty()
        ? Optional.empty()
        : Optional.of(new PayloadLog(URI.create(sink), said("payload-mode"), Map.of()));
  }

  static Set<String> words(String list) {
    return Arrays.stream(list.split(",", -1))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
