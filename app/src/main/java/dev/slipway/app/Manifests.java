package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Manifests read from files, directories or standard input, with `${NAME}` filled in.
final class Manifests {
  private static final Pattern NAME = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /// One document.
  ///
  /// @param origin the file it came from
  record Manifest(String origin, ObjectNode object) {}

  private final Map<String, String> environment;
  private final Instant now;

  /// @param now what `${TIMESTAMP}` stands for unless the environment names one
  Manifests(Map<String, String> environment, Instant now) {
    this.environment = Map.copyOf(environment);
    this.now = now;
  }

  /// Reads what `-f` names.
  ///
  /// @param place a file, a directory (its `.yaml`, `.yml` and `.json` files in order) or `-`
  /// @throws UserException where something is missing or unreadable
  List<Manifest> read(String place, InputStream stdin) throws IOException {
    if (place.equals("-")) {
      return parse("standard input", new String(stdin.readAllBytes(), StandardCharsets.UTF_8));
    }
    Path path = Path.of(place);
    if (!Files.exists(path)) {
      throw new UserException("the path \"" + place + "\" does not exist");
    }
    var found = new ArrayList<Manifest>();
    for (Path file : files(path)) {
      found.addAll(parse(file.toString(), Files.readString(file)));
    }
    if (found.isEmpty()) {
      throw new UserException("no manifests in " + place);
    }
    return found;
  }

  private static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries
          .filter(each -> each.toString().matches(".*\\.(yaml|yml|json)"))
          .sorted()
          .toList();
    }
  }

  /// Splits a text into its documents.
  List<Manifest> parse(String origin, String text) {
    String filled = expand(origin, text);
    var found = new ArrayList<Manifest>();
    try (var documents = new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(filled)) {
      while (documents.hasNextValue()) {
        JsonNode document = documents.nextValue();
        if (document instanceof ObjectNode object) {
          found.addAll(unwrap(origin, object));
        } else if (document != null && !document.isNull() && !document.isMissingNode()) {
          throw new UserException(origin + ": a document is no object: " + document);
        }
      }
    } catch (JacksonException malformed) {
      throw new UserException(origin + ": " + malformed.getOriginalMessage());
    }
    return found;
  }

  private static List<Manifest> unwrap(String origin, ObjectNode object) {
    if (!object.path("kind").asString("").endsWith("List") || !object.path("items").isArray()) {
      return List.of(new Manifest(origin, object));
    }
    return object
        .path("items")
        .valueStream()
        .filter(ObjectNode.class::isInstance)
        .map(each -> new Manifest(origin, (ObjectNode) each))
        .toList();
  }

  /// Fills in `${NAME}`; names the environment does not know are reported all at once.
  private String expand(String origin, String text) {
    var missing = new TreeSet<String>();
    String filled =
        NAME.matcher(text)
            .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), missing)));
    if (!missing.isEmpty()) {
      throw new UserException(
          origin
              + ": not set in the environment: "
              + String.join(", ", missing)
              + " (written ${NAME} in the manifest)");
    }
    return filled;
  }

  private String value(String name, Set<String> missing) {
    String value = environment.get(name);
    if (value != null) {
      return value;
    }
    if (name.equals("TIMESTAMP")) {
      return STAMP.format(now);
    }
    missing.add(name);
    return "";
  }

  /// `kind/name` as a person writes it, for messages about a manifest no server has seen.
  static String label(JsonNode object) {
    return object.path("kind").asString("?") + "/" + Json.text(object, "metadata", "name");
  }
}
