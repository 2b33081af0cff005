package dev.slipway.api.kserve;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where a component's models come from: one place, or several with directories of their own.
final class StorageRules {
  private static final Pattern KBS =
      Pattern.compile("kbs:///[a-zA-Z0-9_.-]+/[a-zA-Z0-9_.-]+/[a-zA-Z0-9_.-]+");

  private StorageRules() {}

  /// The one place a component's model comes from; empty where it names none.
  static String location(JsonNode component) {
    for (String block : Kserve.modelBlocks(component)) {
      return Json.text(component.path(block), "storageUri");
    }
    return Kserve.customContainer(component)
        .map(container -> Kserve.env(container, "STORAGE_URI"))
        .orElse("");
  }

  static void judge(
      ObjectNode component, FieldPath at, Consumer<String> warnings, List<Problem> problems) {
    JsonNode sources = component.path("storageUris");
    if (!location(component).isEmpty() && sources.isArray()) {
      problems.add(
          Problem.forbidden(
              at.field("storageUris"),
              "Setting both StorageURI and StorageURIs is not supported."));
    }
    sources(sources, at.field("storageUris"), problems);
    for (String block : Kserve.modelBlocks(component)) {
      oneLocation(component.path(block), at.field(block), problems);
      confidential(component.path(block), at.field(block), warnings, problems);
    }
  }

  private static void oneLocation(JsonNode model, FieldPath at, List<Problem> problems) {
    if (model.has("storageUri") && model.path("storage").has("path")) {
      problems.add(
          Problem.forbidden(
              at.field("storage", "path"), "must provide only one of storageUri and storage.path"));
    }
  }

  private static void sources(JsonNode sources, FieldPath at, List<Problem> problems) {
    var fetched = new ArrayList<String>();
    var claimed = new HashSet<String>();
    for (int i = 0; i < sources.size(); i++) {
      String uri = Json.text(sources.path(i), "uri");
      String path = Json.text(sources.path(i), "mountPath");
      source(uri, path, at.index(i), problems);
      if (!uri.startsWith("pvc://")) {
        fetched.add(path);
      } else if (!claimed.add(path)) {
        problems.add(
            Problem.invalid(
                at.index(i).field("mountPath"), path, "PVC storage paths must be unique"));
      }
    }
    if (fetched.size() > 1 && commonParent(fetched).equals("/")) {
      problems.add(
          Problem.invalid(
              at,
              fetched,
              "storage paths must have a common parent directory. Current paths: "
                  + fetched.toString().replace(",", "")
                  + " have no common parent beyond root"));
    }
  }

  private static void source(String uri, String path, FieldPath at, List<Problem> problems) {
    FieldPath mount = at.field("mountPath");
    if (uri.isEmpty()) {
      problems.add(Problem.required(at.field("uri"), "storage URI cannot be empty"));
    } else if (path.equals("/")) {
      problems.add(Problem.invalid(mount, path, "storage path cannot be empty"));
    } else if (!path.startsWith("/")) {
      problems.add(Problem.invalid(mount, path, "storage path must be absolute: " + path));
    } else if (path.contains("..")) {
      problems.add(
          Problem.invalid(
              mount, path, "storage path cannot contain '..' for security reasons: " + path));
    }
  }

  /// The deepest directory above all of these, as `pkg/utils` `FindCommonParentPath` has it: a lone
  /// path is its own parent.
  public static String commonParent(List<String> paths) {
    List<String> common = List.of(paths.getFirst().split("/", -1));
    for (String path : paths) {
      String[] parts = path.split("/", -1);
      int same = 0;
      while (same < common.size() && same < parts.length && parts[same].equals(common.get(same))) {
        same++;
      }
      common = common.subList(0, same);
    }
    String joined = String.join("/", common);
    return joined.isEmpty() ? "/" : joined;
  }

  private static void confidential(
      JsonNode model, FieldPath at, Consumer<String> warnings, List<Problem> problems) {
    JsonNode confidential = model.path("confidential");
    if (!confidential.path("enabled").asBoolean(false)) {
      return;
    }
    String uri = Json.text(model, "storageUri");
    String resource = Json.text(confidential, "resourceId");
    if (uri.isEmpty()) {
      problems.add(
          Problem.required(
              at.field("storageUri"), "confidential model serving requires storageUri to be set"));
    } else if (uri.startsWith("oci://") || uri.startsWith("pvc://")) {
      warnings.accept(
          at.field("confidential")
              + ": has no effect with "
              + uri.substring(0, 6)
              + ", which is mounted as it is");
    }
    if (!resource.isEmpty() && !KBS.matcher(resource).matches()) {
      problems.add(
          Problem.invalid(
              at.field("confidential", "resourceId"),
              resource,
              "must be in the format kbs:///<repo>/<type>/<tag>"));
    }
  }
}
