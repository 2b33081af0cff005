package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.Problem;
import dev.slipway.base.Quantity;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.StringNode;

/// Names and amounts of resources: `cpu`, `memory`, `example.com/gpu`.
///
/// Sources: `pkg/apis/core/validation/validation.go`, `pkg/apis/core/helper/helpers.go`.
public final class ResourceRules {
  static final String NOT_A_QUANTITY =
      "quantities must match the regular expression"
          + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

  private static final Set<String> COMPUTE = Set.of("cpu", "memory", "ephemeral-storage");
  private static final Set<String> WHOLE =
      Set.of(
          "pods",
          "services",
          "replicationcontrollers",
          "secrets",
          "configmaps",
          "persistentvolumeclaims",
          "resourcequotas",
          "services.nodeports",
          "services.loadbalancers");
  private static final Set<String> QUOTA =
      Set.of(
          "requests.cpu",
          "requests.memory",
          "requests.storage",
          "requests.ephemeral-storage",
          "limits.cpu",
          "limits.memory",
          "limits.ephemeral-storage");

  private ResourceRules() {}

  /// The amount a field holds, where it is well-formed.
  public static Optional<Quantity> quantity(Field field) {
    return PodResources.parse(field);
  }

  /// `requests` and `limits` of a container.
  static void container(Field resources, Set<String> claims, Problems problems) {
    requirements(resources, false, problems);
    claims(resources.at("claims"), claims, problems);
  }

  /// `requests` and `limits` of a pod as a whole.
  static void pod(Field resources, Problems problems) {
    if (resources.at("claims").present()) {
      problems.forbidden(
          resources.at("claims"), "claims may not be set for Resources at pod-level");
    }
    requirements(resources, true, problems);
  }

  private static void requirements(Field resources, boolean ofPod, Problems problems) {
    Field limits = resources.at("limits");
    Field requests = resources.at("requests");
    amounts(limits, ofPod, problems);
    for (Map.Entry<String, Field> each : requests.entries()) {
      amount(each.getKey(), each.getValue(), ofPod, problems);
      compare(each.getKey(), requests, limits, problems);
    }
    var names = new HashSet<String>();
    limits.entries().forEach(each -> names.add(each.getKey()));
    requests.entries().forEach(each -> names.add(each.getKey()));
    boolean huge = names.stream().anyMatch(ResourceRules::isHugePages);
    if (huge && !names.contains("cpu") && !names.contains("memory")) {
      problems.forbidden(resources, "HugePages require cpu or memory");
    }
  }

  private static void amounts(Field list, boolean ofPod, Problems problems) {
    for (Map.Entry<String, Field> each : list.entries()) {
      amount(each.getKey(), each.getValue(), ofPod, problems);
    }
  }

  private static void amount(String name, Field value, boolean ofPod, Problems problems) {
    if (ofPod) {
      podName(name, value, problems);
    } else {
      containerName(name, value, problems);
    }
    value(name, value, problems);
    Optional<Quantity> quantity = quantity(value);
    if (isHugePages(name) && quantity.isPresent() && !isMultiple(name, quantity.get())) {
      problems.invalid(
          value.path(),
          quantity.get().toString(),
          quantity.get() + " is not positive integer multiple of " + name);
    }
  }

  private static void compare(String name, Field requests, Field limits, Problems problems) {
    Optional<Quantity> request = quantity(requests.at(name));
    Optional<Quantity> limit = quantity(limits.at(name));
    if (request.isEmpty()) {
      return;
    }
    boolean exact = !mayOvercommit(name);
    if (!limits.at(name).present()) {
      if (exact) {
        problems.required(limits, "Limit must be set for non overcommitable resources");
      }
    } else if (limit.isPresent()) {
      int order = request.get().compareTo(limit.get());
      if (exact ? order != 0 : order > 0) {
        String words = exact ? "must be equal to " : "must be less than or equal to ";
        problems.invalid(
            requests.path(), request.get().toString(), words + name + " limit of " + limit.get());
      }
    }
  }

  /// A well-formed amount, not negative, and whole where the resource is counted.
  public static void value(String name, Field value, Problems problems) {
    Optional<Quantity> parsed = quantity(value);
    if (parsed.isEmpty()) {
      problems.invalid(value, NOT_A_QUANTITY);
      return;
    }
    Quantity quantity = parsed.get();
    if (quantity.signum() < 0) {
      problems.invalid(value.path(), quantity.toString(), "must be greater than or equal to 0");
    }
    boolean counted = WHOLE.contains(name) || isExtended(name);
    if (counted && quantity.value().remainder(BigDecimal.ONE).signum() != 0) {
      problems.invalid(value.path(), quantity.toString(), "must be an integer");
    }
  }

  /// A positive amount.
  public static void positive(Field value, Problems problems) {
    quantity(value)
        .filter(each -> each.signum() <= 0)
        .ifPresent(
            each -> problems.invalid(value.path(), each.toString(), "must be greater than zero"));
  }

  /// The name of a resource: standard, or qualified by a domain.
  static boolean name(String name, Field at, Problems problems) {
    List<String> wrong = Names.qualified(name);
    problems.sentences(at.path(), name, wrong);
    if (wrong.isEmpty() && !name.contains("/") && !isStandard(name)) {
      problems.invalid(at.path(), name, "must be a standard resource type or fully qualified");
      return false;
    }
    return wrong.isEmpty();
  }

  /// The name of a resource a container can have.
  static void containerName(String name, Field at, Problems problems) {
    boolean good = name(name, at, problems);
    if (!name.contains("/")) {
      if (!COMPUTE.contains(name) && !isHugePages(name)) {
        problems.invalid(at.path(), name, "must be a standard resource for containers");
      }
    } else if (good && !isNative(name) && !isExtended(name)) {
      problems.invalid(at.path(), name, "doesn't follow extended resource name standard");
    }
  }

  /// The name of a resource a quota can count.
  static void quotaName(String name, Field at, Problems problems) {
    name(name, at, problems);
    if (!name.contains("/") && !isQuota(name)) {
      problems.invalid(at.path(), name, "must be a standard resource for quota");
    }
  }

  static boolean isQuota(String name) {
    return COMPUTE.contains(name)
        || WHOLE.contains(name)
        || QUOTA.contains(name)
        || name.startsWith("hugepages-")
        || name.startsWith("requests.hugepages-");
  }

  static boolean mayOvercommit(String name) {
    return isNative(name) && !isHugePages(name);
  }

  static boolean isHugePages(String name) {
    return name.startsWith("hugepages-");
  }

  private static boolean isStandard(String name) {
    return isQuota(name) || name.equals("storage");
  }

  private static boolean isNative(String name) {
    return !name.contains("/") || name.contains("kubernetes.io/");
  }

  private static boolean isExtended(String name) {
    return !isNative(name)
        && !name.startsWith("requests.")
        && Names.qualified("requests." + name).isEmpty();
  }

  private static void podName(String name, Field at, Problems problems) {
    if (name(name, at, problems) && !PodResources.countsForPods(name)) {
      problems.notSupported(
          new Field(StringNode.valueOf(name), at.path()), List.of("cpu", "hugepages-", "memory"));
    }
  }

  private static boolean isMultiple(String name, Quantity amount) {
    Optional<Quantity> page = Quantity.parse(name.substring("hugepages-".length()));
    return page.isEmpty()
        || (page.get().signum() > 0
            && amount.signum() >= 0
            && amount.value().remainder(page.get().value()).signum() == 0);
  }

  private static void claims(Field claims, Set<String> known, Problems problems) {
    var seen = new HashSet<String>();
    for (Field claim : claims.items()) {
      String name = claim.text("name");
      if (name.isEmpty()) {
        problems.required(claim, "");
        continue;
      }
      String key = claim.at("request").filled() ? name + "/" + claim.text("request") : name;
      boolean whole = !claim.at("request").filled();
      boolean overlaps =
          seen.contains(name)
              || (whole && seen.stream().anyMatch(each -> each.startsWith(name + "/")));
      if (overlaps || !seen.add(key)) {
        problems.add(Problem.duplicate(claim.path(), overlaps ? name : key));
      }
      if (!known.contains(name)) {
        String names = String.join(", ", new TreeSet<>(known));
        problems.add(
            new Problem(
                Problem.Type.NOT_FOUND,
                claim.path().toString(),
                '"' + name + '"',
                "must be one of the names in pod.spec.resourceClaims"
                    + (known.isEmpty() ? " which is empty" : ": " + names)));
      }
    }
  }
}
