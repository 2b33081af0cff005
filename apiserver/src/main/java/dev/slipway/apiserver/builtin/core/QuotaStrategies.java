package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.Problem;
import dev.slipway.base.Quantity;
import java.math.MathContext;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/// ResourceQuotas and LimitRanges.
final class QuotaStrategies {
  private QuotaStrategies() {}

  /// ResourceQuotas.
  static final class ResourceQuotas extends KindStrategy {
    private static final Set<String> SCOPES =
        Set.of(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity",
            "VolumeAttributesClass");
    private static final Set<String> FOR_PODS =
        Set.of("Terminating", "NotTerminating", "NotBestEffort", "PriorityClass");
    private static final Set<String> POD_RESOURCES =
        Set.of(
            "cpu",
            "memory",
            "limits.cpu",
            "limits.memory",
            "requests.cpu",
            "requests.memory",
            "pods");

    @Override
    protected void fill(ObjectNode quota) {
      Defaults.present(quota, "spec", "hard").forEach(PodDefaults::quantities);
    }

    @Override
    protected void judge(Field quota, Problems problems) {
      Field spec = quota.at("spec");
      amounts(spec.at("hard"), problems);
      scopes(spec, problems);
      selector(spec, problems);
    }

    private static void amounts(Field list, Problems problems) {
      for (Map.Entry<String, Field> each : list.entries()) {
        ResourceRules.quotaName(each.getKey(), each.getValue(), problems);
        ResourceRules.value(each.getKey(), each.getValue(), problems);
      }
    }

    private static void scopes(Field spec, Problems problems) {
      Field scopes = spec.at("scopes");
      for (String scope : scopes.texts()) {
        if (!SCOPES.contains(scope)) {
          problems.invalid(scopes, "unsupported scope");
        }
        for (Map.Entry<String, Field> each : spec.at("hard").entries()) {
          if (ResourceRules.isQuota(each.getKey()) && !applies(scope, each.getKey())) {
            problems.invalid(scopes, "unsupported scope applied to resource");
          }
        }
      }
      conflicts(scopes, scopes.texts(), problems);
    }

    private static boolean applies(String scope, String resource) {
      if (FOR_PODS.contains(scope)) {
        return POD_RESOURCES.contains(resource) || resource.contains("ephemeral-storage");
      }
      return switch (scope) {
        case "BestEffort" -> resource.equals("pods");
        case "VolumeAttributesClass" ->
            List.of("persistentvolumeclaims", "requests.storage").contains(resource);
        default -> true;
      };
    }

    private static void conflicts(Field at, List<String> scopes, Problems problems) {
      for (String each : List.of("BestEffort", "Terminating")) {
        if (scopes.contains(each) && scopes.contains("Not" + each)) {
          problems.invalid(at, "conflicting scopes");
        }
      }
    }

    private static void selector(Field spec, Problems problems) {
      Field expressions = spec.at("scopeSelector", "matchExpressions");
      var scopes = new TreeSet<String>();
      for (Field each : expressions.items()) {
        Field scope = each.at("scopeName").reportedAt(expressions.path().field("scopeName"));
        if (!SCOPES.contains(scope.text())) {
          problems.invalidText(scope, "unsupported scope");
        }
        values(each, expressions, problems);
        scopes.add(each.text("scopeName"));
      }
      conflicts(spec.at("scopes"), List.copyOf(scopes), problems);
    }

    private static void values(Field expression, Field at, Problems problems) {
      String scope = expression.text("scopeName");
      Field operator = expression.at("operator").reportedAt(at.path().field("operator"));
      Field values = expression.at("values").reportedAt(at.path().field("values"));
      boolean fixed =
          List.of(
                  "BestEffort",
                  "NotBestEffort",
                  "Terminating",
                  "NotTerminating",
                  "CrossNamespacePodAffinity")
              .contains(scope);
      if (fixed && !operator.text().equals("Exists")) {
        problems.invalidText(
            operator,
            "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating,"
                + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                + " ResourceQuotaScopeNotBestEffort or"
                + " ResourceQuotaScopeCrossNamespacePodAffinity");
      }
      switch (operator.text()) {
        case "In", "NotIn" ->
            problems.demand(
                values,
                "must be at least one value when `operator` is 'In' or 'NotIn' for scope"
                    + " selector");
        case "Exists", "DoesNotExist" -> {
          if (values.size() > 0) {
            problems.invalid(
                values,
                "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope"
                    + " selector");
          }
        }
        default -> problems.invalidText(operator, "not a valid selector operator");
      }
    }

    @Override
    protected void judgeChange(Field quota, Field old, Problems problems) {
      Field scopes = quota.at("spec", "scopes");
      var now = new HashSet<>(scopes.texts());
      if (!now.equals(new HashSet<>(old.at("spec", "scopes").texts()))) {
        problems.invalid(scopes, "field is immutable");
      }
    }

    @Override
    protected void judgeStatus(Field quota, Field old, Problems problems) {
      amounts(quota.at(STATUS, "hard"), problems);
      amounts(quota.at(STATUS, "used"), problems);
    }
  }

  /// LimitRanges.
  static final class LimitRanges extends KindStrategy {
    private static final List<String> TYPES = List.of("Pod", "Container", "PersistentVolumeClaim");
    private static final List<String> LISTS =
        List.of("max", "min", "default", "defaultRequest", "maxLimitRequestRatio");

    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode range) {
      for (ObjectNode limit : Defaults.items(range, "spec", "limits")) {
        LISTS.forEach(each -> Defaults.present(limit, each).forEach(PodDefaults::quantities));
        if (limit.path("type").asString("").equals("Container")) {
          inherit(limit, "max", "default");
          inherit(limit, "default", "defaultRequest");
          inherit(limit, "min", "defaultRequest");
        }
      }
    }

    private static void inherit(ObjectNode limit, String from, String to) {
      for (ObjectNode source : Defaults.present(limit, from)) {
        ObjectNode target = Defaults.object(limit, to);
        for (String name : List.copyOf(source.propertyNames())) {
          if (Defaults.lacks(target, name)) {
            target.set(name, source.path(name));
          }
        }
      }
    }

    @Override
    protected void judge(Field range, Problems problems) {
      var types = new HashSet<String>();
      for (Field limit : range.at("spec").items("limits")) {
        Field type = limit.at("type");
        type(type, problems);
        if (!types.add(type.text())) {
          problems.duplicate(type);
        }
        names(limit, problems);
        limit(limit, problems);
      }
    }

    private static void type(Field type, Problems problems) {
      List<String> wrong = Names.qualified(type.text());
      problems.sentences(type, wrong);
      if (wrong.isEmpty() && !type.text().contains("/") && !TYPES.contains(type.text())) {
        problems.invalid(type, "must be a standard limit type or fully qualified");
      }
    }

    private static void names(Field limit, Problems problems) {
      boolean ofContainers = List.of("Pod", "Container").contains(limit.text("type"));
      for (String list : LISTS) {
        for (Map.Entry<String, Field> each : limit.at(list).entries()) {
          if (ofContainers) {
            ResourceRules.containerName(each.getKey(), each.getValue(), problems);
          } else {
            ResourceRules.name(each.getKey(), each.getValue(), problems);
          }
        }
      }
    }

    private static void limit(Field limit, Problems problems) {
      boolean pod = limit.text("type").equals("Pod");
      for (String each : List.of("default", "defaultRequest")) {
        if (pod && limit.at(each).size() > 0) {
          problems.forbidden(limit.at(each), "may not be specified when `type` is 'Pod'");
        }
      }
      boolean sized = limit.at("min", "storage").present() || limit.at("max", "storage").present();
      if (limit.text("type").equals("PersistentVolumeClaim") && !sized) {
        problems.required(
            limit.at("limits"),
            "either minimum or maximum storage value is required, but neither was provided");
      }
      var names = new TreeSet<String>();
      LISTS.forEach(list -> limit.at(list).entries().forEach(each -> names.add(each.getKey())));
      names.forEach(each -> new Bounds(limit, each, problems).judge());
    }
  }

  /// All a limit says of one resource.
  private static final class Bounds {
    private final Field limit;
    private final String name;
    private final Problems problems;
    private final Map<String, Quantity> found = new HashMap<>();

    Bounds(Field limit, String name, Problems problems) {
      this.limit = limit;
      this.name = name;
      this.problems = problems;
      for (String list : LimitRanges.LISTS) {
        ResourceRules.quantity(limit.at(list, name)).ifPresent(each -> found.put(list, each));
      }
    }

    void judge() {
      order("min", "max", "min", "min value", "max value");
      order("min", "defaultRequest", "defaultRequest", "min value", "default request value");
      order("defaultRequest", "max", "defaultRequest", "default request value", "max value");
      order(
          "defaultRequest",
          "default",
          "defaultRequest",
          "default request value",
          "default limit value");
      order("min", "default", "default", "min value", "default value");
      order("default", "max", "default", "default value", "max value");
      ratio();
      exact();
    }

    private void order(String low, String high, String at, String lowWords, String highWords) {
      Optional<Quantity> less = of(low);
      Optional<Quantity> more = of(high);
      if (less.isPresent() && more.isPresent() && less.get().compareTo(more.get()) > 0) {
        invalid(
            at, lowWords + " " + less.get() + " is greater than " + highWords + " " + more.get());
      }
    }

    private void ratio() {
      Optional<Quantity> ratio = of("maxLimitRequestRatio");
      if (ratio.isEmpty()) {
        return;
      }
      if (ratio.get().compareTo(Quantity.of(1)) < 0) {
        invalid("maxLimitRequestRatio", "ratio " + ratio.get() + " is less than 1");
      }
      Optional<Quantity> min = of("min").filter(each -> each.signum() > 0);
      Optional<Quantity> max = of("max");
      if (min.isPresent() && max.isPresent()) {
        double most =
            max.get().value().divide(min.get().value(), MathContext.DECIMAL64).doubleValue();
        if (ratio.get().value().doubleValue() > most) {
          invalid(
              "maxLimitRequestRatio",
              String.format(
                  Locale.ROOT, "ratio %s is greater than max/min = %f", ratio.get(), most));
        }
      }
    }

    private void exact() {
      Optional<Quantity> request = of("defaultRequest");
      Optional<Quantity> limitAmount = of("default");
      if (!ResourceRules.mayOvercommit(name)
          && request.isPresent()
          && limitAmount.isPresent()
          && !request.equals(limitAmount)) {
        invalid(
            "defaultRequest",
            "default value "
                + limitAmount.get()
                + " must equal to defaultRequest value "
                + request.get()
                + " in "
                + name);
      }
    }

    private Optional<Quantity> of(String list) {
      boolean pod = limit.text("type").equals("Pod") && list.startsWith("default");
      return pod ? Optional.empty() : Optional.ofNullable(found.get(list));
    }

    private void invalid(String list, String words) {
      problems.add(
          Problem.invalid(
              limit.at(list).path().key(name),
              found.getOrDefault(list, Quantity.ZERO).toString(),
              words));
    }
  }
}
