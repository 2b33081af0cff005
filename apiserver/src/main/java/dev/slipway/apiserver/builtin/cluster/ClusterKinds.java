package dev.slipway.apiserver.builtin.cluster;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.core.EventStrategy;
import dev.slipway.apiserver.resource.Strategy;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Behaviours of small groups, by kind.
public final class ClusterKinds {
  private ClusterKinds() {}

  /// admissionregistration.k8s.io.
  public static Map<String, Strategy> admission() {
    return Map.of(
        "ValidatingWebhookConfiguration", new WebhookStrategy(false),
        "MutatingWebhookConfiguration", new WebhookStrategy(true),
        "ValidatingAdmissionPolicy", new AdmissionPolicyStrategies.Policies(false),
        "ValidatingAdmissionPolicyBinding", new AdmissionPolicyStrategies.Bindings(false),
        "MutatingAdmissionPolicy", new AdmissionPolicyStrategies.Policies(true),
        "MutatingAdmissionPolicyBinding", new AdmissionPolicyStrategies.Bindings(true));
  }

  /// coordination.k8s.io.
  public static Map<String, Strategy> coordination() {
    return Map.of("Lease", new Leases());
  }

  /// scheduling.k8s.io.
  public static Map<String, Strategy> scheduling() {
    return Map.of("PriorityClass", new PriorityClasses());
  }

  /// node.k8s.io.
  public static Map<String, Strategy> node() {
    return Map.of("RuntimeClass", new RuntimeClasses());
  }

  /// events.k8s.io.
  public static Map<String, Strategy> events() {
    return Map.of("Event", new EventStrategy(true));
  }

  private static final class Leases extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void judge(Field lease, Problems problems) {
      Field spec = lease.at("spec");
      problems.positive(spec.at("leaseDurationSeconds"));
      problems.notNegative(spec.at("leaseTransitions"));
      Field strategy = spec.at("strategy");
      if (strategy.filled() && !strategy.text().contains("/")) {
        problems.oneOf(strategy, List.of("OldestEmulationVersion"));
      } else if (strategy.filled()) {
        problems.sentences(strategy, Names.qualified(strategy.text()));
      }
      if (spec.at("preferredHolder").filled() && !strategy.filled()) {
        problems.forbidden(
            spec.at("preferredHolder"), "may only be specified if `strategy` is defined");
      }
    }
  }

  private static final class PriorityClasses extends KindStrategy {
    private static final long HIGHEST = 1_000_000_000;
    private static final Map<String, Long> SYSTEM =
        Map.of("system-node-critical", 2_000_001_000L, "system-cluster-critical", 2_000_000_000L);

    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode priority) {
      Defaults.absentText(priority, "preemptionPolicy", "PreemptLowerPriority");
    }

    @Override
    protected void judge(Field priority, Problems problems) {
      Field name = priority.at("metadata", "name");
      long value = priority.at("value").number(0);
      if (name.text().startsWith("system-")) {
        system(priority, name, value, problems);
      } else if (value > HIGHEST) {
        problems.forbidden(
            priority.at("value"), "maximum allowed value of a user defined priority is " + HIGHEST);
      }
      problems.exactlyOneOf(
          priority.at("preemptionPolicy"), List.of("Never", "PreemptLowerPriority"));
    }

    private static void system(Field priority, Field name, long value, Problems problems) {
      Long known = SYSTEM.get(name.text());
      String wrong =
          known == null
              ? name.text() + " is not a known system priority class"
              : known != value
                  ? "value of " + name.text() + " PriorityClass must be " + known
                  : priority.at("globalDefault").isTrue()
                      ? "globalDefault of " + name.text() + " PriorityClass must be false"
                      : "";
      if (!wrong.isEmpty()) {
        problems.forbidden(
            name,
            "priority class names with 'system-' prefix are reserved for system use only. error: "
                + wrong);
      }
    }

    @Override
    protected void judgeChange(Field priority, Field old, Problems problems) {
      if (priority.at("value").number(0) != old.at("value").number(0)) {
        problems.forbidden(priority.at("value"), "may not be changed in an update.");
      }
      problems.immutable(priority.at("preemptionPolicy"), old.at("preemptionPolicy"));
    }
  }

  private static final class RuntimeClasses extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void judge(Field runtime, Problems problems) {
      Field handler = runtime.at("handler");
      problems.sentences(handler.path(), handler.text(), Names.dnsLabel(handler.text()));
    }

    @Override
    protected void judgeChange(Field runtime, Field old, Problems problems) {
      problems.immutable(runtime.at("handler"), old.at("handler"));
    }
  }
}
