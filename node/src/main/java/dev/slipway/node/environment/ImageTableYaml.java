package dev.slipway.node.environment;

import dev.slipway.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads an [ImageTable] as users write it: two YAML texts, `images` and `environments`.
public final class ImageTableYaml {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> FIELDS =
      Set.of("packages", "oneOf", "path", "java", "directory");
  private static final Set<String> IMAGE_FIELDS =
      Set.of("image", "environment", "files", "command");

  private final List<String> problems = new ArrayList<>();

  /// @param problems empty where all could be read; what could not be is left out of the table
  public record Read(ImageTable table, List<String> problems) {
    public Read {
      problems = List.copyOf(problems);
    }
  }

  private ImageTableYaml() {}

  /// As shipped.
  public static ImageTable standard() {
    return read(standardTexts()).table();
  }

  /// The texts by the keys they have in the ConfigMap, comments included.
  public static Map<String, String> standardTexts() {
    var all = new LinkedHashMap<String, String>();
    for (var key : List.of("images", "environments")) {
      all.put(key, resource(key + ".yaml"));
    }
    return all;
  }

  private static String resource(String name) {
    try (var in = ImageTableYaml.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is not there");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /// A text that is not there is as shipped.
  public static Read read(Map<String, String> texts) {
    var reader = new ImageTableYaml();
    var standard = Set.copyOf(texts.keySet()).containsAll(Set.of("images", "environments"));
    var whole = standard ? new LinkedHashMap<>(texts) : new LinkedHashMap<>(standardTexts());
    whole.putAll(texts);
    var images = reader.images(whole.getOrDefault("images", ""));
    var definitions = reader.definitions(whole.getOrDefault("environments", ""));
    return new Read(new ImageTable(images, definitions), reader.problems);
  }

  private Optional<JsonNode> tree(String key, String text) {
    try {
      return Optional.of(YAML.readTree(text));
    } catch (JacksonException problem) {
      var at = problem.getLocation();
      problems.add(
          "data."
              + key
              + (at == null ? "" : " line " + at.getLineNr())
              + ": no YAML: "
              + problem.getOriginalMessage().lines().findFirst().orElse(""));
      return Optional.empty();
    }
  }

  private List<ImageTable.Mapping> images(String text) {
    var all = new ArrayList<ImageTable.Mapping>();
    var tree = tree("images", text);
    if (tree.isPresent() && !tree.get().isArray() && !tree.get().isNull() && !text.isBlank()) {
      problems.add("data.images: expected a list of {image, environment}");
    }
    int at = 0;
    for (var each : tree.orElseGet(Json::array)) {
      var where = "data.images[" + at++ + "]";
      unknown(where, each, IMAGE_FIELDS);
      var image = Json.text(each, "image");
      var environment = Json.text(each, "environment");
      if (image.isEmpty() || environment.isEmpty()) {
        problems.add(where + ": found " + each + ", expected image and environment");
      } else {
        all.add(new ImageTable.Mapping(ImagePattern.of(image), environment, content(where, each)));
      }
    }
    return all;
  }

  private ImageContent content(String where, JsonNode mapping) {
    var files = new LinkedHashMap<String, Path>();
    var given = mapping.path("files");
    if (!given.isMissingNode() && !given.isObject()) {
      problems.add(where + ".files: found " + given + ", expected {/IN/THE/CONTAINER: /HERE}");
    }
    for (var each : given.properties()) {
      var here = each.getValue().asString("");
      if (isPlace(each.getKey()) && isPlace(here)) {
        files.put(each.getKey(), Path.of(here).normalize());
      } else {
        problems.add(
            where
                + ".files: found "
                + each.getKey()
                + ": "
                + each.getValue()
                + ", expected two absolute paths");
      }
    }
    return new ImageContent(files, words(where, mapping, "command"));
  }

  private static boolean isPlace(String path) {
    return path.startsWith("/") && path.length() > 1 && path.indexOf(0) < 0;
  }

  private void unknown(String where, JsonNode node, Set<String> known) {
    for (var field : node.propertyNames()) {
      if (!known.contains(field)) {
        problems.add(
            where + "." + field + ": no such field (expected one of: " + sorted(known) + ")");
      }
    }
  }

  private static String sorted(Set<String> words) {
    return String.join(", ", words.stream().sorted().toList());
  }

  private Map<String, Definition> definitions(String text) {
    var all = new LinkedHashMap<String, Definition>();
    for (var each : tree("environments", text).orElseGet(Json::object).properties()) {
      var where = "data.environments." + each.getKey();
      if (!Environments.isName(each.getKey())) {
        problems.add(where + ": a name is of a-z, 0-9, '.', '_' and '-', and begins with a letter");
        continue;
      }
      unknown(where, each.getValue(), FIELDS);
      all.put(each.getKey(), definition(where, each.getKey(), each.getValue()));
    }
    return all;
  }

  private Definition definition(String where, String name, JsonNode node) {
    if (node.has("java")) {
      return new Definition.Java(name, text(node, "java"));
    }
    if (node.has("directory")) {
      return new Definition.Directory(name, Json.text(node, "directory"));
    }
    return new Definition.Python(
        name, words(where, node, "packages"), words(where, node, "oneOf"), text(node, "path"));
  }

  private static Optional<String> text(JsonNode node, String field) {
    return Optional.of(Json.text(node, field)).filter(each -> !each.isEmpty());
  }

  private List<String> words(String where, JsonNode node, String field) {
    var all = new ArrayList<String>();
    var list = node.path(field);
    if (!list.isMissingNode() && !list.isArray()) {
      problems.add(where + "." + field + ": found " + list + ", expected a list");
    }
    list.forEach(each -> all.add(each.asString("")));
    return all;
  }
}
