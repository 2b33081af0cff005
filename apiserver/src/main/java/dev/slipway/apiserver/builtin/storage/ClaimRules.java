package dev.slipway.apiserver.builtin.storage;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.ObjectMetaRules;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import dev.slipway.apiserver.builtin.core.ResourceRules;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Map;

/// The `spec` of a claim, and of the templates claims are made from.
public final class ClaimRules {
  static final List<String> ACCESS_MODES =
      List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
  static final List<String> VOLUME_MODES = List.of("Block", "Filesystem");

  private ClaimRules() {}

  /// A template of claims in a pod's volume: only labels and annotations besides the spec.
  public static void template(Field template, Problems problems) {
    Field metadata = template.at("metadata");
    ObjectMetaRules.annotations(metadata.at("annotations"), problems);
    ObjectMetaRules.labels(metadata.at("labels"), problems);
    for (Map.Entry<String, Field> each : metadata.entries()) {
      boolean known = List.of("annotations", "labels").contains(each.getKey());
      if (!known && each.getValue().filled()) {
        problems.forbidden(metadata.at(each.getKey()), "cannot be set");
      }
    }
    spec(template.at("spec"), problems);
  }

  /// Judges the spec of a claim.
  public static void spec(Field spec, Problems problems) {
    accessModes(spec.at("accessModes"), "at least 1 access mode is required", problems);
    Selectors.judge(spec.at("selector"), problems);
    size(spec, problems);
    for (String each : List.of("storageClassName", "volumeAttributesClassName")) {
      if (spec.at(each).filled()) {
        problems.sentences(spec.at(each), Names.dnsSubdomain(spec.text(each)));
      }
    }
    problems.oneOf(spec.at("volumeMode"), VOLUME_MODES);
    Field source = spec.at("dataSource");
    Field reference = spec.at("dataSourceRef");
    source(source, problems);
    source(reference, problems);
    if (source.present() && reference.at("namespace").filled()) {
      problems.add(
          Problem.invalid(
              spec.path(),
              source.path().toString(),
              "may not be specified when dataSourceRef.namespace is specified"));
    } else if (source.present() && reference.present() && !same(source, reference)) {
      problems.add(
          Problem.invalid(spec.path(), source.path().toString(), "must match dataSourceRef"));
    }
  }

  /// How a volume may be mounted: at least one way.
  static void accessModes(Field modes, String whenAbsent, Problems problems) {
    problems.demand(modes, whenAbsent);
    List<String> found = modes.texts();
    for (String each : found) {
      if (!ACCESS_MODES.contains(each)) {
        problems.add(Problem.notSupported(modes.path(), each, ACCESS_MODES));
      }
    }
    boolean others =
        found.stream()
            .anyMatch(each -> ACCESS_MODES.contains(each) && !each.equals("ReadWriteOncePod"));
    if (found.contains("ReadWriteOncePod") && others) {
      problems.forbidden(modes, "may not use ReadWriteOncePod with other access modes");
    }
  }

  private static void size(Field spec, Problems problems) {
    Field found = spec.at("resources", "requests", "storage");
    Field size = found.reportedAt(spec.at("resources").path().key("storage"));
    if (!size.present()) {
      problems.required(size, "");
      return;
    }
    int before = problems.count();
    ResourceRules.positive(size, problems);
    if (problems.count() == before) {
      ResourceRules.value("storage", size, problems);
    }
  }

  private static void source(Field source, Problems problems) {
    if (!source.present()) {
      return;
    }
    problems.demand(source.at("name"));
    problems.demand(source.at("kind"));
    String group = source.text("apiGroup");
    if (group.isEmpty() && !source.text("kind").equals("PersistentVolumeClaim")) {
      problems.add(
          Problem.invalid(
              source.path(),
              source.text("kind"),
              "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
    }
    if (!group.isEmpty()) {
      problems.sentences(source.at("apiGroup"), Names.dnsSubdomain(group));
    }
    if (source.at("namespace").filled()) {
      problems.sentences(source.at("namespace"), Names.dnsLabel(source.text("namespace")));
    }
  }

  private static boolean same(Field source, Field reference) {
    return List.of("apiGroup", "kind", "name").stream()
        .allMatch(each -> source.text(each).equals(reference.text(each)));
  }
}
