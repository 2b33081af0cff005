package dev.slipway.apiserver.custom;

import dev.slipway.apiserver.resource.Column;
import dev.slipway.base.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The columns `kubectl get` shows for a custom resource.
/// Source: `k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor`.
final class PrinterColumns {
  private static final JsonNode NOTHING = Json.MAPPER.getNodeFactory().nullNode();

  private PrinterColumns() {}

  /// The columns of a version; `Age` alone where none are written.
  ///
  /// @param version an entry of `spec.versions`
  static List<Column> of(JsonNode version) {
    JsonNode written = version.path("additionalPrinterColumns");
    if (written.isEmpty()) {
      return List.of(age());
    }
    var columns = new ArrayList<Column>();
    for (JsonNode each : written) {
      columns.add(column(each));
    }
    return columns;
  }

  private static Column age() {
    JsonPath path = JsonPath.parse(".metadata.creationTimestamp");
    return new Column(
        "Age",
        "date",
        "",
        "CreationTimestamp is a timestamp representing the server time when this object was created."
            + " It is not guaranteed to be set in happens-before order across separate operations."
            + " Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\n"
            + "Populated by the system. Read-only. Null for lists. More info:"
            + " https://git.k8s.io/community/contributors/devel/sig-architecture/"
            + "api-conventions.md#metadata",
        0,
        (object, now) -> cell(path, "date", object, now));
  }

  private static Column column(JsonNode raw) {
    String written = Json.text(raw, "jsonPath");
    String type = Json.text(raw, "type");
    JsonPath path = parsed(written);
    String description = Json.text(raw, "description");
    return new Column(
        Json.text(raw, "name"),
        type,
        Json.text(raw, "format"),
        description.isEmpty()
            ? "Custom resource definition column (in JSONPath format): " + written
            : description,
        raw.path("priority").asInt(0),
        (object, now) -> cell(path, type, object, now));
  }

  /// A path that does not parse selects nothing: definitions stored by an older build must serve.
  private static JsonPath parsed(String path) {
    try {
      return JsonPath.parse(path);
    } catch (IllegalArgumentException _) {
      return JsonPath.parse("['']");
    }
  }

  private static JsonNode cell(JsonPath path, String type, ObjectNode object, Instant now) {
    List<JsonNode> found = path.find(object);
    if (found.isEmpty()) {
      return NOTHING;
    }
    JsonNode value = found.getFirst();
    return switch (type) {
      case "string" -> text(print(value));
      case "integer" ->
          value.isNumber() ? Json.MAPPER.getNodeFactory().numberNode(value.asLong(0)) : NOTHING;
      case "number" -> value.isNumber() ? value : NOTHING;
      case "boolean" -> value.isBoolean() ? value : NOTHING;
      case "date" -> value.isString() ? text(age(value.stringValue(), now)) : NOTHING;
      default -> NOTHING;
    };
  }

  private static JsonNode text(String text) {
    return Json.MAPPER.getNodeFactory().stringNode(text);
  }

  private static String print(JsonNode value) {
    return value.isString() ? value.stringValue() : value.isNull() ? "<nil>" : value.toString();
  }

  private static String age(String timestamp, Instant now) {
    try {
      return human(Duration.between(OffsetDateTime.parse(timestamp).toInstant(), now));
    } catch (DateTimeException _) {
      return "<invalid>";
    }
  }

  /// An age as `kubectl` prints it. Source: `k8s.io/apimachinery/pkg/util/duration`.
  static String human(Duration age) {
    long seconds = age.toSeconds();
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds < 0) {
      return "0s";
    }
    if (seconds < 120) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes < 10) {
      return two(minutes + "m", seconds % 60, "s");
    }
    if (minutes < 180) {
      return minutes + "m";
    }
    long hours = minutes / 60;
    if (hours < 8) {
      return two(hours + "h", minutes % 60, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    return days(hours / 24, hours % 24);
  }

  private static String days(long days, long hours) {
    if (days < 8) {
      return two(days + "d", hours, "h");
    }
    if (days < 730) {
      return days + "d";
    }
    long years = days / 365;
    return years < 8 ? two(years + "y", days % 365, "d") : years + "y";
  }

  private static String two(String whole, long rest, String unit) {
    return rest == 0 ? whole : whole + rest + unit;
  }
}
