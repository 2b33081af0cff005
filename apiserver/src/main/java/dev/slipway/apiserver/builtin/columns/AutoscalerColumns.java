package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.resource.Column;
import java.util.ArrayList;
import java.util.List;

/// Autoscalers of `autoscaling/v2` and `v1`, and disruption budgets.
final class AutoscalerColumns {
  private static final String UNKNOWN = "<unknown>";
  private static final int SHOWN = 2;

  private AutoscalerColumns() {}

  static List<Column> autoscalers() {
    return Table.named()
        .text("Reference", "What is scaled.", AutoscalerColumns::reference)
        .text("Targets", "Metrics: measured and wanted.", AutoscalerColumns::targets)
        .text(
            "MinPods",
            "The fewest pods.",
            it -> Cells.or(it.at("spec", "minReplicas"), Cells.UNSET))
        .textNumber("MaxPods", "The most pods.", it -> it.at("spec", "maxReplicas").number(0))
        .textNumber(
            "Replicas", "Pods there are.", it -> it.at("status", "currentReplicas").number(0))
        .age()
        .columns();
  }

  static List<Column> disruptionBudgets() {
    return Table.named()
        .text(
            "Min Available",
            "Pods that must stay available.",
            it -> Cells.or(it.at("spec", "minAvailable"), "N/A"))
        .text(
            "Max Unavailable",
            "Pods that may be unavailable.",
            it -> Cells.or(it.at("spec", "maxUnavailable"), "N/A"))
        .number(
            "Allowed Disruptions",
            "Pods that may be evicted now.",
            it -> it.at("status", "disruptionsAllowed").number(0))
        .age()
        .columns();
  }

  private static String reference(Field autoscaler) {
    Field target = autoscaler.at("spec", "scaleTargetRef");
    return target.text("kind") + "/" + target.text("name");
  }

  private static String targets(Field autoscaler) {
    Field cpu = autoscaler.at("spec", "targetCPUUtilizationPercentage");
    if (cpu.present()) {
      Field current = autoscaler.at("status", "currentCPUUtilizationPercentage");
      return "cpu: " + percent(current, UNKNOWN) + "/" + percent(cpu, "<auto>");
    }
    List<Field> metrics = autoscaler.at("spec").items("metrics");
    List<Field> current = autoscaler.at("status").items("currentMetrics");
    var texts = new ArrayList<String>();
    for (int i = 0; i < metrics.size(); i++) {
      Field measured = i < current.size() ? current.get(i) : metrics.get(i).at("absent");
      texts.add(metric(metrics.get(i), measured));
    }
    return texts.isEmpty() ? Cells.NONE : Cells.some(texts, SHOWN, ", ");
  }

  private static String metric(Field spec, Field status) {
    return switch (spec.text("type")) {
      case "External" -> averageOrValue(spec.at("external"), status.at("external"));
      case "Object" -> averageOrValue(spec.at("object"), status.at("object"));
      case "Pods" -> {
        String current = quantity(status.at("pods"), "averageValue");
        yield current + "/" + Cells.quantity(spec.at("pods", "target", "averageValue"));
      }
      case "Resource" -> resource(spec.at("resource"), status.at("resource"));
      case "ContainerResource" ->
          resource(spec.at("containerResource"), status.at("containerResource"));
      default -> "<unknown type>";
    };
  }

  private static String averageOrValue(Field spec, Field status) {
    Field average = spec.at("target", "averageValue");
    if (average.present()) {
      Field current = status.at("current", "averageValue");
      String measured = current.present() ? Cells.quantity(current) : UNKNOWN;
      return measured + "/" + Cells.quantity(average) + " (avg)";
    }
    return quantity(status, "value") + "/" + Cells.quantity(spec.at("target", "value"));
  }

  private static String resource(Field spec, Field status) {
    Field average = spec.at("target", "averageValue");
    String name = spec.text("name") + ": ";
    if (average.present()) {
      return name + quantity(status, "averageValue") + "/" + Cells.quantity(average);
    }
    return name
        + percent(status.at("current", "averageUtilization"), UNKNOWN)
        + "/"
        + percent(spec.at("target", "averageUtilization"), "<auto>");
  }

  private static String quantity(Field status, String name) {
    return status.present() ? Cells.quantity(status.at("current", name)) : UNKNOWN;
  }

  private static String percent(Field field, String otherwise) {
    return field.present() ? field.number(0) + "%" : otherwise;
  }
}
