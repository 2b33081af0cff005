package dev.slipway.apiserver.apply;

import dev.slipway.base.Json;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `metadata.managedFields` taken apart: who owns which fields. Changed while one request is
/// worked on, by one thread.
///
/// Source: `k8s.io/apimachinery/pkg/util/managedfields/internal/managedfields.go`.
final class Managed {
  static final String APPLY = "Apply";
  static final String UPDATE = "Update";

  /// Who wrote, and how. Appliers are one manager whatever version they write in.
  ///
  /// @param apiVersion empty for appliers
  record Manager(String name, String operation, String apiVersion, String subresource)
      implements Comparable<Manager> {
    private static final Comparator<Manager> ORDER =
        Comparator.comparing(Manager::name)
            .thenComparing(Manager::operation)
            .thenComparing(Manager::apiVersion)
            .thenComparing(Manager::subresource);

    static Manager applier(String name, String subresource) {
      return new Manager(name, APPLY, "", subresource);
    }

    static Manager updater(String name, String apiVersion, String subresource) {
      return new Manager(name, UPDATE, apiVersion, subresource);
    }

    boolean applied() {
      return operation.equals(APPLY);
    }

    @Override
    public int compareTo(Manager other) {
      return ORDER.compare(this, other);
    }
  }

  /// What one manager owns.
  ///
  /// @param apiVersion the version the fields are named in
  /// @param time RFC 3339; empty where none is known
  /// @param written the entry these were read from, kept so that an unchanged entry need not be
  ///     written again; null once anything changed
  record Owned(FieldSet fields, String apiVersion, String time, @Nullable ObjectNode written) {
    Owned with(FieldSet changed) {
      return changed.equals(fields) ? this : new Owned(changed, apiVersion, time, null);
    }

    Owned at(String now) {
      return now.equals(time) ? this : new Owned(fields, apiVersion, now, null);
    }
  }

  private final Map<Manager, Owned> owners = new LinkedHashMap<>();

  /// Reads the entries of an object.
  ///
  /// @return empty where any of them is malformed
  static Optional<Managed> read(JsonNode entries) {
    var managed = new Managed();
    try {
      for (JsonNode entry : entries) {
        managed.add(entry);
      }
    } catch (IllegalArgumentException | DateTimeException malformed) {
      return Optional.empty();
    }
    return Optional.of(managed);
  }

  private void add(JsonNode entry) {
    String operation = Json.text(entry, "operation");
    String apiVersion = Json.text(entry, "apiVersion");
    if (!(entry instanceof ObjectNode written)
        || !(operation.equals(APPLY) || operation.equals(UPDATE))
        || apiVersion.isEmpty()
        || !Json.text(entry, "fieldsType").equals("FieldsV1")) {
      throw new IllegalArgumentException("malformed entry: " + entry);
    }
    String time = Json.text(entry, "time");
    if (!isPlain(time) && !time.isEmpty()) {
      OffsetDateTime.parse(time);
    }
    JsonNode fields = entry.path("fieldsV1");
    FieldSet set = fields.isMissingNode() ? FieldSet.EMPTY : FieldsV1.read(fields);
    var manager =
        new Manager(
            Json.text(entry, "manager"),
            operation,
            operation.equals(APPLY) ? "" : apiVersion,
            Json.text(entry, "subresource"));
    owners.put(manager, new Owned(set, apiVersion, time, written));
  }

  boolean isEmpty() {
    return owners.isEmpty();
  }

  /// A copy, in no particular order.
  List<Manager> managers() {
    return List.copyOf(owners.keySet());
  }

  @Nullable Owned get(Manager manager) {
    return owners.get(manager);
  }

  void put(Manager manager, Owned owned) {
    owners.put(manager, owned);
  }

  void remove(Manager manager) {
    owners.remove(manager);
  }

  /// Drops managers that own nothing.
  void dropEmpty() {
    owners.values().removeIf(owned -> owned.fields.isEmpty());
  }

  /// Merges the oldest updates of each version into one entry until no more than `most` are left.
  void mergeOldestUpdates(int most, String mergedName) {
    List<Manager> updaters = new ArrayList<>(owners.keySet());
    updaters.removeIf(Manager::applied);
    int excess = updaters.size() - most;
    if (excess <= 0) {
      return;
    }
    updaters.sort(
        Comparator.comparing((Manager each) -> owned(each).time, Managed::compareTimes)
            .thenComparing(Comparator.naturalOrder()));
    Map<String, Manager> oldest = new HashMap<>();
    for (Manager each : updaters) {
      @Nullable Manager older = oldest.putIfAbsent(each.apiVersion, each);
      if (older != null && !older.equals(each)) {
        Manager bucket = Manager.updater(mergedName, each.apiVersion, "");
        mergeInto(bucket, older, each);
        oldest.put(each.apiVersion, bucket);
        excess--;
      }
      if (excess == 0) {
        return;
      }
    }
  }

  private void mergeInto(Manager bucket, Manager older, Manager newer) {
    Owned old = owned(older);
    Owned late = owned(newer);
    owners.remove(older);
    owners.remove(newer);
    @Nullable Owned present = owners.get(bucket);
    FieldSet fields = old.fields.union(late.fields);
    fields = present == null ? fields : fields.union(present.fields);
    owners.put(bucket, new Owned(fields, late.apiVersion, late.time, null));
  }

  private Owned owned(Manager manager) {
    return Objects.requireNonNull(owners.get(manager));
  }

  /// The entries as the object carries them: appliers first, then by time and name.
  ArrayNode write() {
    List<Map.Entry<Manager, Owned>> sorted = new ArrayList<>(owners.entrySet());
    sorted.sort(
        Comparator.comparing((Map.Entry<Manager, Owned> each) -> each.getKey().operation)
            .thenComparing(each -> each.getValue().time, Managed::compareTimes)
            .thenComparing(each -> each.getKey().name)
            .thenComparing(each -> each.getValue().apiVersion)
            .thenComparing(each -> each.getKey().subresource));
    ArrayNode entries = Json.array();
    sorted.forEach(each -> entries.add(write(each.getKey(), each.getValue())));
    return entries;
  }

  static ObjectNode write(Manager manager, Owned owned) {
    if (owned.written != null) {
      return owned.written;
    }
    ObjectNode entry =
        Json.object()
            .put("manager", manager.name)
            .put("operation", manager.operation)
            .put("apiVersion", owned.apiVersion);
    if (!owned.time.isEmpty()) {
      entry.put("time", owned.time);
    }
    entry.put("fieldsType", "FieldsV1").set("fieldsV1", FieldsV1.write(owned.fields));
    if (!manager.subresource.isEmpty()) {
      entry.put("subresource", manager.subresource);
    }
    return entry;
  }

  /// Order of two RFC 3339 times to the second; no time is before any.
  static int compareTimes(String left, String right) {
    boolean textual = (isPlain(left) || left.isEmpty()) && (isPlain(right) || right.isEmpty());
    return textual ? left.compareTo(right) : Long.compare(epochSecond(left), epochSecond(right));
  }

  private static long epochSecond(String time) {
    return time.isEmpty() ? 0 : OffsetDateTime.parse(time).toEpochSecond();
  }

  /// `2026-01-31T12:00:00Z`: such times compare as text.
  private static boolean isPlain(String time) {
    return time.length() == 20 && time.charAt(19) == 'Z' && time.charAt(10) == 'T';
  }
}
