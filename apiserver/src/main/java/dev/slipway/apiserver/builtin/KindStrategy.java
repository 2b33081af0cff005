package dev.slipway.apiserver.builtin;

import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/// What most kinds do: `status` belongs to its subresource, everything else to the object; the same
/// rules judge new and changed objects, and changes obey a few more.
public abstract class KindStrategy implements Strategy {
  public static final String STATUS = "status";

  @Override
  public void defaults(ObjectNode object) {
    fill(object);
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.remove(STATUS);
    if (hasStatus()) {
      initialStatus(object, object.putObject(STATUS));
    }
    begin(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource) {
    switch (subresource) {
      case "" -> {
        if (hasStatus()) {
          copy(STATUS, old, object);
        }
        keep(object, old);
      }
      case STATUS -> keepAllButStatus(object, old);
      default -> copy(STATUS, old, object);
    }
  }

  @Override
  public final List<Problem> validateCreate(ObjectNode object) {
    var problems = new Problems();
    judge(Field.of(object), problems);
    judgeNew(Field.of(object), problems);
    return problems.list();
  }

  @Override
  public final List<Problem> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    if (subresource.equals(STATUS)) {
      judgeStatus(Field.of(object), Field.of(old), problems);
    } else {
      judgeUpdated(Field.of(object), Field.of(old), subresource, problems);
    }
    return problems.list();
  }

  /// Fills absent fields.
  protected void fill(ObjectNode object) {}

  /// Whether the kind has a `status` that clients of the object itself cannot write.
  protected boolean hasStatus() {
    return true;
  }

  /// What `status` starts with.
  protected void initialStatus(ObjectNode object, ObjectNode status) {}

  /// Prepares a new object beyond its status.
  protected void begin(ObjectNode object) {}

  /// Takes from the old object what an update of the object itself may not change.
  protected void keep(ObjectNode object, ObjectNode old) {}

  /// Judges what new and changed objects have in common.
  protected void judge(Field object, Problems problems) {}

  /// Judges what only new objects must obey.
  protected void judgeNew(Field object, Problems problems) {}

  /// Judges a changed object.
  protected void judgeUpdated(Field object, Field old, String subresource, Problems problems) {
    judge(object, problems);
    judgeChange(object, old, problems);
  }

  /// Judges what changed.
  protected void judgeChange(Field object, Field old, Problems problems) {}

  /// Judges a changed status.
  protected void judgeStatus(Field object, Field old, Problems problems) {}

  /// Takes everything but `metadata` and `status` from the old object.
  protected static void keepAllButStatus(ObjectNode object, ObjectNode old) {
    keepAllBut(object, old, STATUS);
  }

  private static void keepAllBut(ObjectNode object, ObjectNode old, String field) {
    var names = new TreeSet<String>(object.propertyNames());
    names.addAll(old.propertyNames());
    names.removeAll(List.of("apiVersion", "kind", "metadata", field));
    names.forEach(each -> copy(each, old, object));
  }

  /// Makes a field what it was, absent if it was absent.
  protected static void copy(String field, ObjectNode from, ObjectNode to) {
    if (from.has(field)) {
      to.set(field, from.path(field).deepCopy());
    } else {
      to.remove(field);
    }
  }

  /// As [#copy], for a field of `metadata`.
  protected static void copyMetadata(String field, ObjectNode from, ObjectNode to) {
    copy(field, Json.ensureObject(from, "metadata"), Json.ensureObject(to, "metadata"));
  }
}
