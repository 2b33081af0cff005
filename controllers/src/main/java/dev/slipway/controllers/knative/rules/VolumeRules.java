package dev.slipway.controllers.knative.rules;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Judges the volumes of a revision and where its containers mount them.
final class VolumeRules {
  private static final List<String> SOURCES =
      List.of(
          "secret",
          "configMap",
          "projected",
          "emptyDir",
          "persistentVolumeClaim",
          "hostPath",
          "csi",
          "ephemeral",
          "image");
  private static final Set<String> RESERVED = Set.of("/", "/dev", "/dev/log");
  private static final Set<String> WRITABLE =
      Set.of("emptyDir", "persistentVolumeClaim", "ephemeral");

  private final FieldPath at;
  private final List<Problem> problems;

  VolumeRules(FieldPath at, List<Problem> problems) {
    this.at = at;
    this.problems = problems;
  }

  Volumes judge(JsonNode spec) {
    JsonNode list = spec.path("volumes");
    var byName = new HashMap<String, JsonNode>();
    if (!list.isMissingNode() && !list.isArray()) {
      problems.add(Problem.wrongType(at, list, "must be a list of volumes"));
      return new Volumes(byName);
    }
    var mounted = mounted(spec);
    for (int i = 0; i < list.size(); i++) {
      judge(list.path(i), at.index(i), mounted, byName);
    }
    return new Volumes(byName);
  }

  private static Set<String> mounted(JsonNode spec) {
    var names = new HashSet<String>();
    for (String field : new String[] {"containers", "initContainers"}) {
      for (JsonNode container : spec.path(field)) {
        for (JsonNode mount : container.path("volumeMounts")) {
          names.add(Json.text(mount, "name"));
        }
      }
    }
    return names;
  }

  private void judge(
      JsonNode volume, FieldPath place, Set<String> mounted, Map<String, JsonNode> byName) {
    var name = Json.text(volume, "name");
    if (name.isEmpty()) {
      problems.add(Words.missing(place.field("name")));
    } else if (!Words.isLabel1123(name)) {
      problems.add(Problem.invalid(place.field("name"), name, "must be a DNS-1123 label"));
    } else if (byName.putIfAbsent(name, volume) != null) {
      problems.add(
          Problem.invalid(place.field("name"), name, "duplicate volume name \"" + name + "\""));
    } else if (!mounted.contains(name)) {
      problems.add(
          Problem.invalid(
              place.field("name"), name, "volume with name \"" + name + "\" not mounted"));
    }
    var found = SOURCES.stream().filter(volume::hasNonNull).toList();
    if (found.isEmpty()) {
      problems.add(Words.none(place, SOURCES.toArray(String[]::new)));
    } else if (found.size() > 1) {
      problems.add(Words.several(place, found));
    }
    var medium = Json.text(volume, "emptyDir", "medium");
    if (!medium.isEmpty() && !medium.equals("Memory")) {
      problems.add(
          Problem.invalid(
              place.field("emptyDir", "medium"), medium, "must be empty or \"Memory\""));
    }
  }

  /// The volumes by name.
  record Volumes(Map<String, JsonNode> byName) {
    Volumes {
      byName = Map.copyOf(byName);
    }

    void judgeMounts(JsonNode mounts, FieldPath at, List<Problem> problems) {
      if (!mounts.isMissingNode() && !mounts.isArray()) {
        problems.add(Problem.wrongType(at, mounts, "must be a list of mounts"));
        return;
      }
      var paths = new HashSet<String>();
      for (int i = 0; i < mounts.size(); i++) {
        judgeMount(mounts.path(i), at.index(i), problems);
        judgePath(Json.text(mounts.path(i), "mountPath"), at.index(i), paths, problems);
      }
    }

    private void judgeMount(JsonNode mount, FieldPath place, List<Problem> problems) {
      var name = Json.text(mount, "name");
      JsonNode volume = byName.get(name);
      if (volume == null) {
        problems.add(
            Problem.invalid(place.field("name"), name, "volumeMount has no matching volume"));
        return;
      }
      boolean readOnly = mount.path("readOnly").asBoolean(false);
      if (!readOnly && WRITABLE.stream().noneMatch(volume::hasNonNull)) {
        problems.add(
            Problem.invalid(
                place.field("readOnly"),
                false,
                "volume mount should be readOnly for this type of volume"));
      } else if (!readOnly
          && volume.path("persistentVolumeClaim").path("readOnly").asBoolean(false)) {
        problems.add(
            Problem.invalid(
                place.field("readOnly"), false, "volume is readOnly but volume mount is not"));
      }
    }

    private static void judgePath(
        String path, FieldPath place, Set<String> seen, List<Problem> problems) {
      FieldPath field = place.field("mountPath");
      if (path.isEmpty()) {
        problems.add(Words.missing(field));
        return;
      }
      var clean = clean(path);
      if (RESERVED.contains(clean)) {
        problems.add(
            Problem.invalid(field, path, "mountPath \"" + clean + "\" is a reserved path"));
      } else if (!path.startsWith("/")) {
        problems.add(Problem.invalid(field, path, "must be an absolute path"));
      } else if (!seen.add(clean)) {
        problems.add(Problem.invalid(field, path, "\"" + path + "\" must be unique"));
      }
    }

    private static String clean(String path) {
      try {
        return Path.of(path).normalize().toString();
      } catch (InvalidPathException _) {
        return path;
      }
    }
  }
}
