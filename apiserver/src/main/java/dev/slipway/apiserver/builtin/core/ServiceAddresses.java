package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.admission.Admission;
import dev.slipway.apiserver.admission.AdmissionRequest;
import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.admission.Reservation;
import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/// Hands out cluster addresses and node ports to services. Thread-safe.
///
/// What is taken is what stored services hold, and what writes under way have been promised. A
/// promise is kept for the newest thousand services that asked, so that two writes at once never
/// get the same, and forgotten once its service is stored or another thousand have asked. What is
/// stored is read once and followed from then on ([#written]).
public final class ServiceAddresses implements Admission {
  /// The range services live in unless settings say otherwise.
  public static final String DEFAULT_RANGE = "10.96.0.0/16";

  private static final String SERVICES = "services";
  private static final int MOST_PROMISES = 1024;
  private static final String API_SERVICE = "default/kubernetes";

  private final LocalApi api;
  private final Addresses.Range range;
  private final Holdings stored = new Holdings();
  private final Holdings promised = new Holdings();
  private boolean read;
  private long unnamed;

  /// @throws IllegalArgumentException if the range is no IPv4 range
  public ServiceAddresses(LocalApi api, String range) {
    this.api = api;
    this.range =
        Addresses.Range.parse(range)
            .filter(each -> each.address().length == 4)
            .orElseThrow(() -> new IllegalArgumentException("not an IPv4 range: " + range));
  }

  /// Gives a new or changed service what it lacks.
  @Override
  public void mutate(AdmissionRequest request) {
    boolean concerns =
        request.resource().storageKey().equals(SERVICES)
            && request.subresource().isEmpty()
            && (request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE);
    if (concerns && request.object().isPresent()) {
      allocate(request.object().get(), request.dryRun());
    }
  }

  /// Forgets the promise of a service once it is stored, or could not be.
  @Override
  public Reservation reserve(AdmissionRequest request) {
    if (!request.resource().storageKey().equals(SERVICES) || request.object().isEmpty()) {
      return Reservation.NONE;
    }
    String key = key(request.object().get());
    return () -> forget(key);
  }

  /// A service was written: what it holds now is read again, whichever write this was.
  public void written(Objects.Version version) {
    if (version.resource().equals(SERVICES)) {
      follow(version.namespace(), version.name());
    }
  }

  private synchronized void follow(String namespace, String name) {
    if (read) {
      String key = namespace + "/" + name;
      api.get("", SERVICES, namespace, name)
          .ifPresentOrElse(now -> stored.put(key, now), () -> stored.remove(key));
    }
  }

  private synchronized void forget(String key) {
    promised.remove(key);
  }

  private synchronized void allocate(ObjectNode service, boolean dryRun) {
    String key = Json.text(service, "metadata", "name").isEmpty() ? unnamed() : key(service);
    if (key.equals(API_SERVICE)) {
      firstAddress(service);
    }
    if (!read) {
      api.list("", SERVICES, "").forEach(each -> stored.put(key(each), each));
      read = true;
    }
    Predicate<String> taken =
        wanted -> stored.isAnothers(key, wanted) || promised.isAnothers(key, wanted);
    Predicate<String> takenAddress =
        wanted -> (!key.equals(API_SERVICE) && wanted.equals(first())) || taken.test(wanted);
    List<Problem> problems = new ServiceAllocation(range, takenAddress, taken).allocate(service);
    if (!problems.isEmpty()) {
      throw ApiException.invalid("Service", Json.text(service, "metadata", "name"), problems);
    }
    if (!dryRun) {
      promised.put(key, service);
      promised.keepNewest(MOST_PROMISES);
    }
  }

  /// A service that has no name yet is promised something under a key of its own.
  private String unnamed() {
    return "*" + ++unnamed;
  }

  /// The API server's own service has the first address of the range.
  private void firstAddress(ObjectNode service) {
    ObjectNode spec = Json.ensureObject(service, "spec");
    if (ServiceStrategy.needsAddress(spec)) {
      Defaults.text(spec, "clusterIP", first());
      if (spec.path("clusterIPs").isEmpty()) {
        spec.putArray("clusterIPs").add(Json.text(spec, "clusterIP"));
      }
    }
  }

  private String first() {
    byte[] base = range.address();
    return (base[0] & 0xff)
        + "."
        + (base[1] & 0xff)
        + "."
        + (base[2] & 0xff)
        + "."
        + ((base[3] & 0xff) + 1);
  }

  private static String key(ObjectNode service) {
    return Json.text(service, "metadata", "namespace")
        + "/"
        + Json.text(service, "metadata", "name");
  }
}
