package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Problems;
import java.util.List;

/// What may not change in a service: its first address and family above all.
final class ServiceUpdateRules {
  private static final String ONCE = "may not change once set";

  private ServiceUpdateRules() {}

  static void judge(Field service, Field oldService, Problems problems) {
    Field spec = service.at("spec");
    Field old = oldService.at("spec");
    boolean named =
        spec.text("type").equals("ExternalName") || old.text("type").equals("ExternalName");
    if (!named) {
      addresses(spec, old, problems);
      families(spec, old, problems);
    }
    Field loadBalancerClass = spec.at("loadBalancerClass");
    boolean balanced =
        spec.text("type").equals("LoadBalancer") && old.text("type").equals("LoadBalancer");
    if (balanced && !loadBalancerClass.sameAs(old.at("loadBalancerClass"))) {
      problems.invalid(loadBalancerClass, ONCE);
    }
    Field health = spec.at("healthCheckNodePort");
    boolean checked =
        ServiceStrategy.needsHealthCheck(spec.value())
            && ServiceStrategy.needsHealthCheck(old.value());
    if (checked && health.number(0) != old.at("healthCheckNodePort").number(0)) {
      problems.forbidden(health, "field is immutable");
    }
  }

  private static void addresses(Field spec, Field old, Problems problems) {
    Field list = spec.at("clusterIPs");
    List<String> now = list.texts();
    List<String> before = old.at("clusterIPs").texts();
    if (isHeadless(now) && isHeadless(before)) {
      return;
    }
    if (now.isEmpty() && !before.isEmpty()) {
      problems.invalid(list.path().index(0), list.shown(), "primary clusterIP can not be unset");
    }
    for (int i = 0; i < Math.min(now.size(), before.size()); i++) {
      if (!now.get(i).equals(before.get(i))) {
        problems.invalid(list.path().index(i), list.shown(), ONCE);
      }
    }
    if (now.size() == 1 && before.size() > 1) {
      single(spec, "must be set to 'SingleStack' when releasing the secondary clusterIP", problems);
    }
  }

  private static void families(Field spec, Field old, Problems problems) {
    boolean headless = isHeadless(spec.at("clusterIPs").texts());
    if (headless || isHeadless(old.at("clusterIPs").texts())) {
      return;
    }
    Field list = spec.at("ipFamilies");
    List<String> now = list.texts();
    List<String> before = old.at("ipFamilies").texts();
    for (int i = 0; i < Math.min(now.size(), before.size()); i++) {
      if (!now.get(i).equals(before.get(i))) {
        problems.invalid(list.path().index(0), list.shown(), ONCE);
      }
    }
    if (now.size() == 1 && before.size() > 1) {
      single(spec, "must be set to 'SingleStack' when releasing the secondary ipFamily", problems);
    }
  }

  private static void single(Field spec, String words, Problems problems) {
    if (!spec.text("ipFamilyPolicy").equals("SingleStack")) {
      problems.invalid(spec.at("ipFamilyPolicy"), words);
    }
  }

  private static boolean isHeadless(List<String> addresses) {
    return addresses.equals(List.of("None"));
  }
}
