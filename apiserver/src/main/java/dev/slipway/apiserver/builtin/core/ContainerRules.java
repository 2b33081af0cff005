package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The containers of a pod: ordinary, init and ephemeral ones.
final class ContainerRules {
  static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
  static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

  private static final List<String> RESTARTS = List.of("Always", "Never", "OnFailure");
  private static final List<String> ONLY_FOR_SIDECARS =
      List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe");
  private static final List<String> NOT_FOR_EPHEMERAL =
      List.of(
          "ports",
          "livenessProbe",
          "readinessProbe",
          "startupProbe",
          "lifecycle",
          "resizePolicy",
          "restartPolicy",
          "restartPolicyRules");
  private static final int MOST_RESTART_RULES = 20;

  private final Field spec;
  private final Map<String, Field> volumes;
  private final Problems problems;
  private final Set<String> claims = new TreeSet<>();
  private final long graceSeconds;
  private final boolean hostUsers;

  ContainerRules(Field spec, Map<String, Field> volumes, Problems problems) {
    this.spec = spec;
    this.volumes = volumes;
    this.problems = problems;
    this.graceSeconds = spec.at("terminationGracePeriodSeconds").number(Long.MAX_VALUE);
    this.hostUsers = !spec.at("hostUsers").present() || spec.at("hostUsers").isTrue();
    spec.items("resourceClaims").forEach(each -> claims.add(each.text("name")));
    claims.remove("");
  }

  void judge() {
    ordinary();
    init();
    ephemeral();
  }

  private void ordinary() {
    Field list = spec.at("containers");
    if (list.size() == 0) {
      problems.required(list, "");
      return;
    }
    var names = new HashSet<String>();
    for (Field container : list.items()) {
      common(container);
      if (!names.add(container.text("name"))) {
        problems.duplicate(container.at("name"));
      }
      HandlerRules.lifecycle(container, spec.at("os"), graceSeconds, problems);
      HandlerRules.probes(container, problems);
      restartPolicy(container);
    }
    hostPorts(list.items(), new HashSet<>());
  }

  private void init() {
    Set<String> names = new HashSet<>();
    spec.items("containers").forEach(each -> names.add(each.text("name")));
    for (Field container : spec.items("initContainers")) {
      common(container);
      boolean sidecar = container.text("restartPolicy").equals("Always");
      if (sidecar && container.at("restartPolicyRules").size() > 0) {
        problems.forbidden(
            container.at("restartPolicyRules"),
            "restartPolicyRules are not allowed for init containers with restart policy Always");
      } else {
        restartPolicy(container);
      }
      if (!names.add(container.text("name")) && container.at("name").filled()) {
        problems.duplicate(container.at("name"));
      }
      hostPorts(List.of(container), new HashSet<>());
      if (sidecar) {
        HandlerRules.lifecycle(container, spec.at("os"), graceSeconds, problems);
        HandlerRules.probes(container, problems);
      } else {
        forbid(
            container,
            ONLY_FOR_SIDECARS,
            "may not be set for init containers without restartPolicy=Always");
      }
    }
  }

  private void ephemeral() {
    Set<String> others = new HashSet<>();
    spec.items("containers").forEach(each -> others.add(each.text("name")));
    spec.items("initContainers").forEach(each -> others.add(each.text("name")));
    var names = new HashSet<>(others);
    String words = "cannot be set for an Ephemeral Container";
    for (Field container : spec.items("ephemeralContainers")) {
      common(container);
      trimmedImage(container, problems);
      if (!names.add(container.text("name"))) {
        problems.duplicate(container.at("name"));
      }
      Field target = container.at("targetContainerName");
      if (target.filled() && !others.contains(target.text())) {
        problems.notFound(target);
      }
      forbid(container, NOT_FOR_EPHEMERAL, words);
      if (container.at("resources").size() > 0) {
        problems.forbidden(container.at("resources"), words);
      }
      for (Field mount : container.items("volumeMounts")) {
        forbid(mount, List.of("subPath", "subPathExpr"), words);
      }
    }
  }

  private void forbid(Field container, List<String> fields, String words) {
    for (String each : fields) {
      if (container.at(each).filled() || container.at(each).value().isObject()) {
        problems.forbidden(container.at(each), words);
      }
    }
  }

  private void common(Field container) {
    Field name = container.at("name");
    if (problems.demand(name)) {
      problems.sentences(name, Names.dnsLabel(name.text()));
    }
    problems.demand(container.at("image"));
    problems.exactlyOneOf(
        container.at("terminationMessagePolicy"), List.of("FallbackToLogsOnError", "File"));
    ports(container);
    EnvRules.judge(container, problems);
    MountRules.judge(container, volumes, problems);
    problems.exactlyOneOf(container.at("imagePullPolicy"), PULL_POLICIES);
    ResourceRules.container(container.at("resources"), claims, problems);
    resizePolicy(container.at("resizePolicy"));
    SecurityRules.container(container.at("securityContext"), hostUsers, problems);
  }

  private void ports(Field container) {
    var names = new HashSet<String>();
    for (Field port : container.items("ports")) {
      Field name = port.at("name");
      if (name.filled()) {
        List<String> wrong = Names.portName(name.text());
        problems.sentences(name, wrong);
        if (wrong.isEmpty() && !names.add(name.text())) {
          problems.duplicate(name);
        }
      }
      Field inside = port.at("containerPort");
      if (inside.number(0) == 0) {
        problems.required(inside, "");
      } else {
        problems.sentences(inside, Names.port(inside.number(0)));
      }
      Field outside = port.at("hostPort");
      if (outside.number(0) != 0) {
        problems.sentences(outside, Names.port(outside.number(0)));
      }
      problems.exactlyOneOf(port.at("protocol"), PROTOCOLS);
    }
  }

  private void hostPorts(List<Field> containers, Set<String> taken) {
    for (Field container : containers) {
      for (Field port : container.items("ports")) {
        long number = port.at("hostPort").number(0);
        String key = port.text("protocol") + "/" + port.text("hostIP") + "/" + number;
        if (number != 0 && !taken.add(key)) {
          problems.add(Problem.duplicate(port.at("hostPort").path(), key));
        }
      }
    }
  }

  private void resizePolicy(Field policies) {
    var seen = new HashSet<String>();
    for (Field policy : policies.items()) {
      Field resource = policy.at("resourceName").reportedAt(policies.path());
      Field restart = policy.at("restartPolicy").reportedAt(policies.path());
      if (!seen.add(resource.text())) {
        problems.add(Problem.duplicate(policy.path(), resource.text()));
      }
      problems.exactlyOneOf(resource, List.of("cpu", "memory"));
      problems.exactlyOneOf(restart, List.of("NotRequired", "RestartContainer"));
      boolean never = spec.text("restartPolicy").equals("Never");
      if (never && !restart.text().equals("NotRequired")) {
        problems.invalid(restart, "must be 'NotRequired' when `restartPolicy` is 'Never'");
      }
    }
  }

  private void restartPolicy(Field container) {
    Field policy = container.at("restartPolicy");
    Field rules = container.at("restartPolicyRules");
    if (!policy.present()) {
      if (rules.size() > 0) {
        problems.required(policy, "must specify restartPolicy when restart rules are used");
      }
    } else if (!RESTARTS.contains(policy.text())) {
      problems.notSupported(policy, RESTARTS);
    }
    if (rules.size() > MOST_RESTART_RULES) {
      problems.tooLong(rules, MOST_RESTART_RULES);
    }
    for (Field rule : rules.items()) {
      List<String> actions = List.of("Restart", "RestartAllContainers");
      if (!actions.contains(rule.text("action"))) {
        problems.notSupported(rule.at("action"), actions);
      }
      Field codes = rule.at("exitCodes");
      if (!codes.present()) {
        problems.required(codes, "must be specified");
      } else if (!List.of("In", "NotIn").contains(codes.text("operator"))) {
        problems.notSupported(codes.at("operator"), List.of("In", "NotIn"));
      }
    }
  }

  /// In a pod, unlike in a template, an image has no space around it.
  static void trimmedImage(Field container, Problems problems) {
    Field image = container.at("image");
    if (!image.text().strip().equals(image.text())) {
      problems.invalid(image, "must not have leading or trailing whitespace");
    }
  }
}
