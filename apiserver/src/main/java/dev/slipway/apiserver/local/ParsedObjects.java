package dev.slipway.apiserver.local;

import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Trees of stored objects, parsed when asked for; those parsed lately are kept.
///
/// Implementation note: a resourceVersion belongs to one version of one object, so it alone decides
/// the place in a table of fixed size; whatever stood there is forgotten. Readers and writers race
/// harmlessly: an entry is immutable, and a lost one is parsed again. Large objects are never kept.
/// Thread-safe.
final class ParsedObjects {
  private static final int PLACES = 4096;
  private static final int LARGEST_KEPT_BYTES = 16 * 1024;

  private record Parsed(long resourceVersion, boolean deleted, Resource object) {}

  private final AtomicReferenceArray<@Nullable Parsed> places = new AtomicReferenceArray<>(PLACES);

  /// The object in the version the kind names; its tree must not be changed.
  Resource of(Kind kind, dev.slipway.apiserver.resource.Resource served, Version version) {
    int place = (int) (version.resourceVersion() & (PLACES - 1));
    Parsed known = places.get(place);
    if (known != null
        && known.resourceVersion == version.resourceVersion()
        && known.deleted == version.deleted()
        && known.object.kind().equals(kind)) {
      return known.object;
    }
    var tree = served.converter().toServed(Json.parseObject(version.json()));
    var object = Resource.of(kind, tree);
    if (version.json().length <= LARGEST_KEPT_BYTES) {
      places.set(place, new Parsed(version.resourceVersion(), version.deleted(), object));
    }
    return object;
  }
}
