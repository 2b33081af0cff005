package dev.slipway.apiserver.builtin.autoscaling;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.core.ResourceRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What an autoscaler measures.
final class MetricRules {
  /// Fields of a metric, one for each type.
  static final List<String> KINDS =
      List.of("object", "external", "pods", "resource", "containerResource");

  private static final List<String> TYPES =
      List.of("ContainerResource", "External", "Object", "Pods", "Resource");

  private MetricRules() {}

  /// The object that is scaled, or measured.
  static void reference(Field reference, Problems problems) {
    for (String each : List.of("kind", "name")) {
      if (problems.demand(reference.at(each))) {
        problems.sentences(reference.at(each), Names.pathSegment(reference.text(each)));
      }
    }
    String version = reference.text("apiVersion");
    if (version.chars().filter(each -> each == '/').count() > 1) {
      problems.invalid(reference.at("apiVersion"), "unexpected GroupVersion string: " + version);
    }
  }

  static void metric(Field metric, Problems problems) {
    Field type = metric.at("type");
    if (!type.filled()) {
      problems.required(type, "must specify a metric source type");
    }
    if (!TYPES.contains(type.text())) {
      problems.notSupported(type, TYPES);
      return;
    }
    String wanted = type.text().substring(0, 1).toLowerCase(Locale.ROOT) + type.text().substring(1);
    var present = new ArrayList<>(KINDS);
    present.removeIf(each -> !metric.at(each).present());
    if (!present.isEmpty()) {
      source(present.getFirst(), metric.at(present.getFirst()), problems);
    }
    if (!present.contains(wanted)) {
      problems.required(metric.at(wanted), "must populate information for the given metric source");
    }
    present.remove(wanted);
    present.forEach(
        each -> problems.forbidden(metric.at(each), "must populate the given metric source only"));
  }

  private static void source(String kind, Field source, Problems problems) {
    switch (kind) {
      case "object" -> object(source, problems);
      case "external" -> external(source, problems);
      case "pods" -> pods(source, problems);
      case "containerResource" -> containerResource(source, problems);
      default -> resource(source, problems);
    }
  }

  private static void object(Field source, Problems problems) {
    reference(source.at("describedObject"), problems);
    identifier(source, problems);
    Field target = target(source, problems);
    if (!target.at("value").present() && !target.at("averageValue").present()) {
      problems.required(
          target.at("averageValue"), "must set either a target value or averageValue");
    }
  }

  private static void external(Field source, Problems problems) {
    identifier(source, problems);
    Field target = target(source, problems);
    boolean value = target.at("value").present();
    boolean average = target.at("averageValue").present();
    if (!value && !average) {
      problems.required(
          target.at("averageValue"),
          "must set either a target value for metric or a per-pod target");
    } else if (value && average) {
      problems.forbidden(
          target.at("value"), "may not set both a target value for metric and a per-pod target");
    }
  }

  private static void pods(Field source, Problems problems) {
    identifier(source, problems);
    Field target = target(source, problems);
    if (!target.at("averageValue").present()) {
      problems.required(target.at("averageValue"), "must specify a positive target averageValue");
    }
  }

  private static void containerResource(Field source, Problems problems) {
    Field container = source.at("container");
    if (!container.filled()) {
      problems.required(container, "must specify a container");
    } else {
      problems.sentences(container, Names.dnsLabel(container.text()));
    }
    resource(source, problems);
  }

  private static void resource(Field source, Problems problems) {
    problems.demand(source.at("name"), "must specify a resource name");
    Field target = target(source, problems);
    boolean utilization = target.at("averageUtilization").present();
    boolean average = target.at("averageValue").present();
    if (!utilization && !average) {
      problems.required(
          target.at("averageUtilization"),
          "must set either a target raw value or a target utilization");
    } else if (utilization && average) {
      problems.forbidden(
          target.at("averageValue"),
          "may not set both a target raw value and a target utilization");
    }
  }

  private static void identifier(Field source, Problems problems) {
    Field name = source.at("metric", "name");
    if (problems.demand(name, "must specify a metric name")) {
      problems.sentences(name, Names.pathSegment(name.text()));
    }
  }

  private static Field target(Field source, Problems problems) {
    Field target = source.at("target");
    Field type = target.at("type");
    if (!type.filled()) {
      problems.required(type, "must specify a metric target type");
    }
    if (!List.of("Utilization", "Value", "AverageValue").contains(type.text())) {
      problems.invalidText(type, "must be either Utilization, Value, or AverageValue");
    }
    for (String each : List.of("value", "averageValue")) {
      if (ResourceRules.quantity(target.at(each)).filter(it -> it.signum() <= 0).isPresent()) {
        problems.invalid(target.at(each), "must be positive");
      }
    }
    Field utilization = target.at("averageUtilization");
    if (utilization.present() && utilization.number(1) < 1) {
      problems.invalid(utilization, "must be greater than 0");
    }
    return target;
  }
}
