package dev.slipway.apiserver.builtin.storage;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Differences;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.core.PodDefaults;
import dev.slipway.apiserver.builtin.core.ResourceRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// PersistentVolumeClaims.
final class ClaimStrategy extends KindStrategy {
  @Override
  protected void fill(ObjectNode claim) {
    ObjectNode spec = Defaults.object(claim, "spec");
    Defaults.text(spec, "volumeMode", "Filesystem");
    ObjectNode resources = Defaults.object(spec, "resources");
    Defaults.present(resources, "requests").forEach(PodDefaults::quantities);
    Defaults.present(resources, "limits").forEach(PodDefaults::quantities);
  }

  @Override
  protected void initialStatus(ObjectNode claim, ObjectNode status) {
    status.put("phase", "Pending");
  }

  @Override
  protected void begin(ObjectNode claim) {
    ObjectNode spec = Json.ensureObject(claim, "spec");
    boolean source = !Defaults.lacks(spec, "dataSource");
    boolean reference = !Defaults.lacks(spec, "dataSourceRef");
    if (source && !reference) {
      spec.set("dataSourceRef", spec.path("dataSource").deepCopy());
    } else if (reference && !source && Json.text(spec, "dataSourceRef", "namespace").isEmpty()) {
      spec.set("dataSource", spec.path("dataSourceRef").deepCopy());
    }
  }

  @Override
  protected void judge(Field claim, Problems problems) {
    ClaimRules.spec(claim.at("spec"), problems);
  }

  @Override
  protected void judgeChange(Field claim, Field old, Problems problems) {
    boolean bound = claim.at(STATUS).text("phase").equals("Bound");
    ObjectNode now = copyOf(claim);
    ObjectNode before = copyOf(old);
    if (!old.at("spec", "volumeName").filled()) {
      take("volumeName", now, before);
    }
    if (!old.at("spec", "storageClassName").present() && mayTakeClass(claim, old)) {
      take("storageClassName", before, now);
    }
    if (bound) {
      take("volumeAttributesClassName", before, now);
      JsonNode size = before.path("resources").path("requests").path("storage");
      if (!size.isMissingNode()) {
        Json.ensureObject(now, "resources", "requests").set("storage", size);
      }
    }
    Field changed = new Field(now, claim.at("spec").path());
    Field kept = new Field(before, claim.at("spec").path());
    if (!changed.sameAs(kept)) {
      problems.forbidden(
          claim.at("spec"),
          "spec is immutable after creation except resources.requests and"
              + " volumeAttributesClassName for bound claims"
              + Differences.lines(kept, changed));
    }
    size(claim, old, problems);
    problems.immutable(
        claim.at("spec", "volumeMode").reportedAt(FieldPath.of("volumeMode")),
        old.at("spec", "volumeMode"));
  }

  private static boolean mayTakeClass(Field claim, Field old) {
    Field annotated =
        old.at("metadata", "annotations").at("volume.beta.kubernetes.io/storage-class");
    Field now = claim.at("spec", "storageClassName");
    return now.present() && (!annotated.present() || annotated.text().equals(now.text()));
  }

  private static ObjectNode copyOf(Field claim) {
    return claim.at("spec").value() instanceof ObjectNode spec ? spec.deepCopy() : Json.object();
  }

  private static void take(String field, ObjectNode from, ObjectNode to) {
    copy(field, from, to);
  }

  private static void size(Field claim, Field old, Problems problems) {
    Field asked = claim.at("spec", "resources", "requests", "storage");
    Optional<Quantity> now = ResourceRules.quantity(asked);
    Optional<Quantity> before =
        ResourceRules.quantity(old.at("spec", "resources", "requests", "storage"));
    Quantity actual =
        ResourceRules.quantity(old.at(STATUS, "capacity", "storage")).orElse(Quantity.ZERO);
    boolean shrinks =
        now.isPresent() && before.isPresent() && now.get().compareTo(before.get()) < 0;
    if (shrinks && now.get().compareTo(actual) <= 0) {
      problems.forbidden(asked, "field can not be less than status.capacity");
    }
  }

  @Override
  protected void judgeStatus(Field claim, Field old, Problems problems) {
    for (var each : claim.at(STATUS, "capacity").entries()) {
      if (ResourceRules.quantity(each.getValue()).filter(it -> it.signum() < 0).isPresent()) {
        problems.invalid(each.getValue(), "must be a valid resource quantity");
      }
    }
  }
}
