package dev.slipway.apiserver.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A story of writes to one object, told line by line:
///
/// ```text
/// apply  ann/v1 {…}              server-side apply
/// force  ann/v1 {…}              the same, taking what others own
/// refuse ann/v1 {…} -> text      an apply that fails; the text is part of the message
/// update bob/v1 {…}              the object as a whole
/// gone   v1                      the version is no longer served
/// object {…}                     what the object must be now
/// owns   ann/v1 .a .b[name="x"]  what a manager must own; all managers must be named
/// nobody                         no manager owns anything
/// ```
///
/// After every apply the same apply is tried again and must change nothing.
final class Scenario {
  private final Function<String, Schema> schemas;
  private final Set<String> gone = new HashSet<>();
  private final Map<String, String> wanted = new TreeMap<>();
  private ObjectNode live = Json.object();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private Scenario(Function<String, Schema> schemas) {
    this.schemas = schemas;
  }

  /// Stories separated by blank lines, each with its name in a first line `# name`.
  static Stream<Arguments> stories(String text) {
    return Arrays.stream(text.strip().split("\n\\s*\n"))
        .map(
            story -> {
              String[] parts = story.strip().split("\n", 2);
              return Arguments.of(parts[0].substring(1).strip(), parts[1]);
            });
  }

  static void play(Schema schema, String story) {
    play(_ -> schema, story);
  }

  static void play(Function<String, Schema> schemas, String story) {
    var scenario = new Scenario(schemas);
    story.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(scenario::step);
    if (!scenario.wanted.isEmpty()) {
      assertThat(scenario.owners()).isEqualTo(scenario.wanted);
    }
  }

  private void step(String line) {
    String[] words = line.split("\\s+", 3);
    String rest = words.length > 2 ? words[2] : "{}";
    now = now.plusSeconds(1);
    switch (words[0]) {
      case "apply" -> apply(words[1], rest, false);
      case "force" -> apply(words[1], rest, true);
      case "refuse" -> refuse(words[1], rest);
      case "update" -> update(words[1], rest);
      case "gone" -> gone.add(words[1]);
      case "object" ->
          assertThat(plain(live)).as(line).isEqualTo(Json.parseObject(line.substring(7)));
      case "owns" -> wanted.put(words[1], sorted(rest));
      case "nobody" -> assertThat(owners()).isEmpty();
      default -> throw new IllegalArgumentException(line);
    }
  }

  private void apply(String who, String config, boolean force) {
    ObjectNode before = live.deepCopy();
    ObjectNode applied = applied(who, config, force);
    assertThat(live).as("the live object is untouched").isEqualTo(before);
    live = applied;
    now = now.plusSeconds(1);
    assertThat(applied(who, config, false)).as("applied again").isEqualTo(applied);
  }

  private ObjectNode applied(String who, String config, boolean force) {
    String version = version(who);
    return ownership(version).apply(at(version), object(version, config), actor(who), force);
  }

  private void refuse(String who, String rest) {
    String[] parts = rest.split(" -> ", 2);
    ApiException refusal =
        catchThrowableOfType(ApiException.class, () -> applied(who, parts[0], false));
    assertThat(refusal).as(rest).hasMessageContaining(parts[1].replace("\\n", "\n"));
  }

  private void update(String who, String text) {
    String version = version(who);
    ObjectNode object = object(version, text);
    if (live.isEmpty()) {
      ownership(version).create(object, actor(who));
    } else {
      ownership(version).update(at(version), object, actor(who));
    }
    live = object;
  }

  private Ownership ownership(String version) {
    var kind = new GroupVersionKind("", version, "Thing");
    return new Ownership(kind, false, true, versions());
  }

  private Versions versions() {
    return new Versions() {
      @Override
      public Optional<Schema> schema(String apiVersion) {
        return gone.contains(apiVersion)
            ? Optional.empty()
            : Optional.of(schemas.apply(apiVersion));
      }

      @Override
      public ObjectNode convert(ObjectNode object, String apiVersion) {
        return renamed(object, Json.text(object, "apiVersion"), apiVersion);
      }
    };
  }

  private ObjectNode at(String version) {
    return live.isEmpty() ? live : versions().convert(live, version);
  }

  /// Fields called `x_v1` are called `x_v2` in the other version.
  private static ObjectNode renamed(ObjectNode object, String from, String to) {
    ObjectNode copy = Json.object();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = field.getKey().replace("_" + from, "_" + to);
      JsonNode value = field.getValue();
      boolean deep = value.isObject() && !name.equals("metadata");
      copy.set(name, deep ? renamed((ObjectNode) value, from, to) : value.deepCopy());
    }
    return copy.has("apiVersion") ? copy.put("apiVersion", to) : copy;
  }

  private static ObjectNode object(String version, String text) {
    ObjectNode object = Json.object().put("apiVersion", version).put("kind", "Thing");
    return object.setAll(Json.parseObject(text));
  }

  private static ObjectNode plain(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    copy.remove(List.of("apiVersion", "kind", "metadata"));
    return copy;
  }

  private Map<String, String> owners() {
    Map<String, String> owners = new TreeMap<>();
    ArrayNode entries = live.withArray("/metadata/managedFields");
    for (JsonNode entry : entries) {
      FieldSet fields = FieldsV1.read(entry.get("fieldsV1"));
      assertThat(FieldsV1.write(fields)).isEqualTo(entry.get("fieldsV1"));
      owners.put(
          Json.text(entry, "manager") + "/" + Json.text(entry, "apiVersion"),
          sorted(fields.toString()));
    }
    return owners;
  }

  private static String sorted(String paths) {
    List<String> each = new ArrayList<>(List.of(paths.strip().split("\\s+")));
    each.sort(null);
    return String.join("\n", each);
  }

  private Ownership.Actor actor(String who) {
    return new Ownership.Actor(who.substring(0, who.indexOf('/')), "", now);
  }

  private static String version(String who) {
    return who.substring(who.indexOf('/') + 1);
  }
}
