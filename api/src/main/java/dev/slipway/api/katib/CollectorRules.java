package dev.slipway.api.katib;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Judges `spec.metricsCollectorSpec`.
///
/// Source: `validateMetricsCollector` of Katib's validator; kind `None` of Katib 0.17 is taken as
/// `Push`.
final class CollectorRules {
  private static final FieldPath PATH = FieldPath.of("spec", "metricsCollectorSpec");
  private static final FieldPath SOURCE = PATH.field("source");
  private static final FieldPath FILE = SOURCE.field("fileSystemPath");
  private static final Pattern TWO_GROUPS =
      Pattern.compile(".*\\(.*\\).*\\(.*\\).*", Pattern.DOTALL);
  private static final int LAST_PORT = 65_535;

  private final JsonNode spec;
  private final JsonNode source;
  private final JsonNode file;
  private final List<Problem> problems;

  CollectorRules(JsonNode spec, List<Problem> problems) {
    this.spec = spec;
    this.source = spec.path("source");
    this.file = source.path("fileSystemPath");
    this.problems = problems;
  }

  void judge() {
    String kind = Json.text(spec, "collector", "kind");
    switch (kind) {
      case "Push", "StdOut", "None" -> {}
      case "File" -> file();
      case "TensorFlowEvent" -> events();
      case "PrometheusMetric" -> prometheus(kind);
      case "Custom" -> custom(kind);
      default ->
          problems.add(
              Problem.invalid(
                  PATH.field("collector", "kind"),
                  kind,
                  "invalid metrics collector kind: "
                      + kind
                      + " (expected one of: "
                      + String.join(", ", Katib.COLLECTORS)
                      + ")"));
    }
    filters();
  }

  private boolean isAbsolute() {
    return Json.text(file, "path").startsWith("/");
  }

  private void file() {
    if (!Json.text(file, "kind").equals("File") || !isAbsolute()) {
      problems.add(
          Problem.required(FILE.field("path"), "file path where metrics file exists is required"));
    }
    String format = Json.text(file, "format");
    if (!format.equals("TEXT") && !format.equals("JSON")) {
      problems.add(
          Problem.required(
              FILE.field("format"), "format of metrics file is required for metrics collector"));
    }
    if (format.equals("JSON") && source.hasNonNull("filter")) {
      problems.add(
          Problem.invalid(
              SOURCE.field("filter"),
              "",
              "filter must be nil when format of metrics file is json"));
    }
  }

  private void events() {
    if (!Json.text(file, "kind").equals("Directory") || !isAbsolute()) {
      problems.add(
          Problem.required(
              SOURCE,
              "directory path where tensorflow event files exist is required by"
                  + " .spec.metricsCollectorSpec.source.fileSystemPath.path"));
    }
    String format = Json.text(file, "format");
    if (!format.isEmpty()) {
      problems.add(Problem.invalid(FILE.field("format"), format, "must be empty"));
    }
  }

  private void prometheus(String kind) {
    JsonNode get = source.path("httpGet");
    String port = get.path("port").asString("");
    int number;
    try {
      number = Integer.parseInt(port);
    } catch (NumberFormatException _) {
      number = 0;
    }
    if (number <= 0 || number > LAST_PORT) {
      problems.add(
          Problem.invalid(
              SOURCE.field("httpGet", "port"),
              port,
              "must be a positive integer value for metrics collector kind: " + kind));
    }
    String path = Json.text(get, "path");
    if (!path.startsWith("/")) {
      problems.add(
          Problem.invalid(
              SOURCE.field("httpGet", "path"),
              path,
              "path is invalid for metrics collector kind: " + kind));
    }
  }

  private void custom(String kind) {
    if (!spec.path("collector").path("customCollector").isObject()) {
      problems.add(
          Problem.required(
              PATH.field("collector", "customCollector"),
              "metrics collector kind: " + kind + " is required"));
    }
    if (file.isObject()
        && (!isAbsolute() || !List.of("Directory", "File").contains(Json.text(file, "kind")))) {
      problems.add(Problem.invalid(FILE, "", ".spec.metricsCollectorSpec.source is invalid"));
    }
  }

  private void filters() {
    FieldPath path = SOURCE.field("filter", "metricsFormat");
    for (JsonNode each : source.path("filter").path("metricsFormat")) {
      String format = each.asString("");
      try {
        Pattern.compile(format);
        if (!TWO_GROUPS.matcher(format).matches()) {
          problems.add(Problem.invalid(path, format, "two top subexpressions are required"));
        }
      } catch (PatternSyntaxException wrong) {
        problems.add(Problem.invalid(path, format, "invalid filter: " + wrong.getDescription()));
      }
    }
  }
}
