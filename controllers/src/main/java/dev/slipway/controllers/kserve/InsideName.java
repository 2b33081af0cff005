package dev.slipway.controllers.kserve;

import dev.slipway.control.Resource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// The name by which a service's own transformer and explainer reach its predictor past what
/// callers
/// must show. Nobody can guess it, and only who may read the service's pods sees it.
final class InsideName {
  private static final int BYTES = 16;

  private InsideName() {}

  /// Empty where the predictor's own name will do: it asks nothing of callers, or nobody calls it
  /// from inside, or names are resolved by a cluster of its own.
  static Optional<String> of(Resource service, KserveSettings settings) {
    boolean called =
        service.spec().path("transformer").isObject()
            || service.spec().path("explainer").isObject();
    return called && settings.port() != 0 && !Policies.of(service).isEmpty()
        ? Optional.of(name(service))
        : Optional.empty();
  }

  private static String name(Resource service) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(("predictor of " + service.uid()).getBytes(StandardCharsets.UTF_8));
      return "inside-" + HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
