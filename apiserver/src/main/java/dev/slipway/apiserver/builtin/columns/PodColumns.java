package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.resource.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Pods, and the templates they are made from.
final class PodColumns {
  private PodColumns() {}

  static List<Column> pods() {
    return Table.named()
        .text("Ready", "How many containers are ready, of how many.", it -> summary(it).ready())
        .text("Status", "What the containers are doing, in a word.", it -> summary(it).reason())
        .timed(
            "Restarts",
            "How often containers were restarted, and when last.",
            (it, now) -> restarts(summary(it), now))
        .age()
        .wide("IP", "The pod's address.", PodColumns::address)
        .wide("Node", "The node it runs on.", it -> orNone(it.at("spec", "nodeName")))
        .wide(
            "Nominated Node",
            "The node that is being cleared for it.",
            it -> orNone(it.at("status", "nominatedNodeName")))
        .wide("Readiness Gates", "How many extra conditions hold.", PodColumns::gates)
        .columns();
  }

  static List<Column> templates() {
    return Table.named()
        .text(
            "Containers",
            "The names of the template's containers.",
            it -> Cells.names(it.at("template", "spec", "containers")))
        .text(
            "Images",
            "The images of the template's containers.",
            it -> Cells.images(it.at("template", "spec", "containers")))
        .text(
            "Pod Labels",
            "The labels of pods made from the template.",
            it -> Cells.labels(it.at("template", "metadata", "labels")))
        .columns();
  }

  private static PodSummary summary(Field pod) {
    return PodSummary.of(pod);
  }

  private static String restarts(PodSummary summary, Instant now) {
    return summary.restarts() == 0 || summary.lastRestart().isEmpty()
        ? Long.toString(summary.restarts())
        : summary.restarts()
            + " ("
            + HumanDuration.of(Duration.between(summary.lastRestart().get(), now))
            + " ago)";
  }

  private static String address(Field pod) {
    List<Field> addresses = pod.at("status").items("podIPs");
    String first = addresses.isEmpty() ? "" : addresses.getFirst().text("ip");
    return Cells.orElse(first, Cells.NONE);
  }

  private static String gates(Field pod) {
    List<Field> gates = pod.at("spec").items("readinessGates");
    if (gates.isEmpty()) {
      return Cells.NONE;
    }
    List<Field> conditions = pod.at("status").items("conditions");
    long open =
        gates.stream()
            .filter(
                gate ->
                    conditions.stream()
                        .filter(each -> each.text("type").equals(gate.text("conditionType")))
                        .findFirst()
                        .filter(each -> each.text("status").equals("True"))
                        .isPresent())
            .count();
    return open + "/" + gates.size();
  }

  private static String orNone(Field field) {
    return Cells.orElse(field.text(), Cells.NONE);
  }
}
