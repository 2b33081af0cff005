package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.Problem;
import dev.slipway.base.Quantity;
import java.util.List;
import java.util.Set;

/// Environment variables and where their values come from.
final class EnvRules {
  /// Fields of a pod that a volume's file may show.
  static final Set<String> VOLUME_PATHS =
      Set.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.labels",
          "metadata.annotations",
          "metadata.uid");

  private static final Set<String> VARIABLE_PATHS =
      Set.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "spec.serviceAccountName",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs");
  private static final Set<String> KNOWN_PATHS =
      Set.of(
          "metadata.annotations",
          "metadata.labels",
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "spec.restartPolicy",
          "spec.serviceAccountName",
          "spec.schedulerName",
          "status.phase",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs",
          "spec.host",
          "spec.hostNetwork");
  private static final Set<String> RESOURCES =
      Set.of(
          "limits.cpu",
          "limits.memory",
          "limits.ephemeral-storage",
          "requests.cpu",
          "requests.memory",
          "requests.ephemeral-storage");
  private static final List<String> UNITS =
      List.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");
  private static final List<String> SOURCES =
      List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef");

  private EnvRules() {}

  static void judge(Field container, Problems problems) {
    for (Field variable : container.items("env")) {
      Field name = variable.at("name");
      if (problems.demand(name)) {
        problems.sentences(name, Names.envVar(name.text()));
      }
      if (variable.at("valueFrom").present()) {
        valueFrom(variable, problems);
      }
    }
    Field all = container.at("envFrom");
    all.items().forEach(each -> from(each, all, problems));
  }

  private static void valueFrom(Field variable, Problems problems) {
    Field source = variable.at("valueFrom");
    long found = SOURCES.stream().filter(each -> source.at(each).present()).count();
    if (source.at("fieldRef").present()) {
      fieldRef(source.at("fieldRef"), VARIABLE_PATHS, problems);
    }
    if (source.at("resourceFieldRef").present()) {
      resourceRef(source.at("resourceFieldRef"), false, problems);
    }
    keyRef(source.at("configMapKeyRef"), problems);
    keyRef(source.at("secretKeyRef"), problems);
    fileRef(source.at("fileKeyRef"), problems);
    String wrong =
        found == 0
            ? "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`,"
                + " `secretKeyRef` or `fileKeyRef`"
            : variable.at("value").filled()
                ? "may not be specified when `value` is not empty"
                : found > 1 ? "may not have more than one field specified at a time" : "";
    if (!wrong.isEmpty()) {
      problems.add(Problem.invalid(source.path(), "", wrong));
    }
  }

  /// A field of the pod itself.
  static void fieldRef(Field reference, Set<String> supported, Problems problems) {
    Field field = reference.at("fieldPath");
    if (!problems.demand(reference.at("apiVersion")) || !problems.demand(field)) {
      return;
    }
    String text = field.text();
    int bracket = text.indexOf('[');
    boolean subscript = bracket > 0 && text.endsWith("']") && text.startsWith("['", bracket);
    String path = subscript ? text.substring(0, bracket) : text;
    if (!KNOWN_PATHS.contains(path) || !reference.text("apiVersion").equals("v1")) {
      problems.invalid(field, "error converting fieldPath: field label not supported: " + text);
    } else if (subscript) {
      subscript(reference, path, text.substring(bracket + 2, text.length() - 2), problems);
    } else if (!supported.contains(path)) {
      problems.notSupported(field, supported);
    }
  }

  private static void subscript(Field reference, String path, String key, Problems problems) {
    switch (path) {
      case "metadata.annotations" ->
          problems.sentences(reference.path(), key, Names.annotationKey(key));
      case "metadata.labels" -> problems.sentences(reference.path(), key, Names.qualified(key));
      default ->
          problems.add(Problem.invalid(reference.path(), path, "does not support subscript"));
    }
  }

  /// A resource of a container.
  ///
  /// @param named whether the container must be named, as in a volume
  static void resourceRef(Field reference, boolean named, Problems problems) {
    Field resource = reference.at("resource");
    String name = resource.text();
    boolean huge = name.startsWith("requests.hugepages-") || name.startsWith("limits.hugepages-");
    if (named && !reference.at("containerName").filled()) {
      problems.required(reference.at("containerName"), "");
    } else if (name.isEmpty()) {
      problems.required(resource, "");
    } else if (!RESOURCES.contains(name) && !huge) {
      problems.notSupported(resource, RESOURCES);
    }
    divisor(reference, name, huge, problems);
  }

  private static void divisor(Field reference, String name, boolean huge, Problems problems) {
    Field divisor = reference.at("divisor");
    Quantity unit = ResourceRules.quantity(divisor).orElse(Quantity.ZERO);
    if (unit.signum() == 0) {
      return;
    }
    if (name.endsWith(".cpu")) {
      if (!List.of("1m", "1").contains(unit.toString())) {
        problems.add(
            Problem.invalid(
                divisor.path(),
                name,
                "only divisor's values 1m and 1 are supported with the cpu resource"));
      }
    } else if ((RESOURCES.contains(name) || huge) && !UNITS.contains(unit.toString())) {
      String kind =
          huge ? "hugepages" : name.endsWith("storage") ? "local ephemeral storage" : "memory";
      problems.add(
          Problem.invalid(
              divisor.path(),
              name,
              "only divisor's values "
                  + String.join(", ", UNITS)
                  + " are supported with the "
                  + kind
                  + " resource"));
    }
  }

  private static void keyRef(Field reference, Problems problems) {
    if (!reference.present()) {
      return;
    }
    problems.sentences(reference.at("name"), Names.dnsSubdomain(reference.text("name")));
    Field key = reference.at("key");
    if (problems.demand(key)) {
      problems.sentences(key, Names.configKey(key.text()));
    }
  }

  private static void fileRef(Field reference, Problems problems) {
    if (!reference.present()) {
      return;
    }
    if (problems.demand(reference.at("key"))) {
      problems.sentences(reference.at("key"), Names.envVar(reference.text("key")));
    }
    if (problems.demand(reference.at("volumeName"))) {
      problems.sentences(reference.at("volumeName"), Names.dnsLabel(reference.text("volumeName")));
    }
    if (problems.demand(reference.at("path"))) {
      PathRules.noBacksteps(reference.at("path"), problems);
    }
  }

  private static void from(Field source, Field all, Problems problems) {
    Field prefix = source.at("prefix");
    if (prefix.filled()) {
      problems.sentences(prefix, Names.envVar(prefix.text()));
    }
    int found = 0;
    for (String kind : List.of("configMapRef", "secretRef")) {
      Field reference = source.at(kind);
      if (reference.present()) {
        found++;
        if (problems.demand(reference.at("name"))) {
          problems.sentences(reference.at("name"), Names.dnsSubdomain(reference.text("name")));
        }
      }
    }
    if (found == 0) {
      problems.add(
          Problem.invalid(all.path(), "", "must specify one of: `configMapRef` or `secretRef`"));
    } else if (found > 1) {
      problems.add(
          Problem.invalid(all.path(), "", "may not have more than one field specified at a time"));
    }
  }
}
