package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.IntOrPercent;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.ObjectMetaRules;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.FieldPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a service must look like, addresses and node ports included.
///
/// Source: `pkg/apis/core/validation/validation.go`, `validateService`.
final class ServiceRules {
  private static final List<String> TYPES =
      List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
  private static final int LONGEST_AFFINITY = 86400;

  private final Field spec;
  private final List<String> knownExternal;
  private final Problems problems;
  private final String type;
  private final boolean headless;

  ServiceRules(Field service, List<String> knownExternal, Problems problems) {
    this.spec = service.at("spec");
    this.knownExternal = knownExternal;
    this.problems = problems;
    this.type = spec.text("type");
    this.headless = spec.at("clusterIPs").texts().equals(List.of("None"));
  }

  void judge() {
    if (spec.at("ports").size() == 0 && !headless && !type.equals("ExternalName")) {
      problems.required(spec.at("ports"), "");
    }
    byType();
    ports();
    ObjectMetaRules.labels(spec.at("selector"), problems);
    affinity();
    clusterAddresses();
    externalAddresses();
    problems.exactlyOneOf(spec.at("type"), TYPES);
    duplicates();
    sourceRanges();
    loadBalancer();
    trafficPolicies();
  }

  private void byType() {
    if (headless && List.of("LoadBalancer", "NodePort").contains(type)) {
      problems.invalid(
          spec.at("clusterIPs").path().index(0),
          "None",
          "may not be set to 'None' for " + type + " services");
    }
    if (!type.equals("ExternalName")) {
      return;
    }
    for (String each : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
      if (spec.at(each).filled()) {
        problems.forbidden(spec.at(each), "may not be set for ExternalName services");
      }
    }
    Field name = spec.at("externalName");
    String bare =
        name.text().endsWith(".")
            ? name.text().substring(0, name.text().length() - 1)
            : name.text();
    if (bare.isEmpty()) {
      problems.required(name, "");
    } else {
      problems.sentences(name.path(), bare, Names.dnsSubdomain(bare));
    }
  }

  private void ports() {
    var names = new HashSet<String>();
    boolean several = spec.at("ports").size() > 1;
    for (Field port : spec.items("ports")) {
      Field name = port.at("name");
      if (name.filled()) {
        problems.sentences(name, Names.dnsLabel(name.text()));
        if (!names.add(name.text())) {
          problems.duplicate(name);
        }
      } else if (several) {
        problems.required(name, "");
      }
      long number = port.at("port").number(0);
      problems.sentences(port.at("port").path(), number, Names.port(number));
      problems.exactlyOneOf(port.at("protocol"), ContainerRules.PROTOCOLS);
      IntOrPercent.judgePort(port.at("targetPort"), problems);
      if (port.at("appProtocol").present()) {
        problems.sentences(port.at("appProtocol"), Names.qualified(port.text("appProtocol")));
      }
    }
  }

  private void affinity() {
    problems.exactlyOneOf(spec.at("sessionAffinity"), List.of("ClientIP", "None"));
    Field config = spec.at("sessionAffinityConfig");
    String affinity = spec.text("sessionAffinity");
    if (affinity.equals("None") && config.present()) {
      problems.forbidden(config, "must not be set when session affinity is None");
    }
    Field seconds = config.at("clientIP", "timeoutSeconds");
    if (affinity.equals("ClientIP")) {
      long timeout = seconds.number(0);
      if (!seconds.present()) {
        problems.required(seconds, "when session affinity type is ClientIP");
      } else if (timeout <= 0 || timeout > LONGEST_AFFINITY) {
        problems.invalid(seconds, "must be greater than 0 and less than " + LONGEST_AFFINITY);
      }
    }
  }

  private void clusterAddresses() {
    if (type.equals("ExternalName")) {
      return;
    }
    Field one = spec.at("clusterIP");
    Field all = spec.at("clusterIPs");
    List<String> addresses = all.texts();
    if (one.filled()) {
      if (addresses.isEmpty()) {
        problems.required(all, "");
      } else if (!addresses.getFirst().equals(one.text())) {
        problems.invalid(all, "first value must match `clusterIP`");
      }
    } else if (!addresses.isEmpty()) {
      problems.invalid(all, "must be empty when `clusterIP` is not specified");
    }
    families();
    if (addresses.size() > 1 && addresses.getFirst().equals("None")) {
      problems.invalid(all, "'None' must be the first and only value");
      return;
    }
    int before = problems.count();
    for (Field each : all.items()) {
      if (!headless) {
        Addresses.judge(each, List.of(), problems);
      }
    }
    if (addresses.size() > 2) {
      problems.invalid(all, "may only hold up to 2 values");
    }
    if (problems.count() == before) {
      matchFamilies(all);
    }
  }

  private void families() {
    Set<String> seen = new HashSet<>();
    for (Field family : spec.items("ipFamilies")) {
      if (!List.of("IPv4", "IPv6").contains(family.text())) {
        problems.notSupported(family, List.of("IPv4", "IPv6"));
      }
      if (!seen.add(family.text())) {
        problems.duplicate(family);
      }
    }
    problems.oneOf(
        spec.at("ipFamilyPolicy"), List.of("PreferDualStack", "RequireDualStack", "SingleStack"));
  }

  private void matchFamilies(Field all) {
    List<String> addresses = all.texts();
    boolean twice =
        addresses.size() == 2
            && Addresses.isIpv6(addresses.getFirst()) == Addresses.isIpv6(addresses.getLast());
    if (twice) {
      problems.invalid(all, "may specify no more than one IP for each IP family");
    }
    List<String> families = spec.at("ipFamilies").texts();
    for (int i = 0; !headless && i < Math.min(addresses.size(), families.size()); i++) {
      String family = Addresses.isIpv6(addresses.get(i)) ? "IPv6" : "IPv4";
      if (!family.equals(families.get(i))) {
        problems.invalid(
            all.path().index(i),
            addresses.get(i),
            "expected an " + families.get(i) + " value as indicated by `ipFamilies[" + i + "]`");
      }
    }
  }

  private void externalAddresses() {
    for (Field each : spec.items("externalIPs")) {
      int before = problems.count();
      Addresses.judge(each, knownExternal, problems);
      if (problems.count() == before) {
        Addresses.judgeEndpoint(each, problems);
      }
    }
  }

  private void duplicates() {
    Set<String> ports = new HashSet<>();
    Set<String> nodePorts = new HashSet<>();
    for (Field port : spec.items("ports")) {
      Field node = port.at("nodePort");
      boolean asked = node.number(0) != 0;
      if (asked && type.equals("ClusterIP")) {
        problems.forbidden(node, "may not be used when `type` is 'ClusterIP'");
      }
      String protocol = port.text("protocol") + "/";
      if (asked && !nodePorts.add(protocol + node.number(0))) {
        problems.duplicate(node);
      }
      if (!ports.add(protocol + port.at("port").number(0))) {
        problems.duplicate(port);
      }
    }
  }

  private void sourceRanges() {
    Field ranges = spec.at("loadBalancerSourceRanges");
    if (ranges.size() == 0) {
      return;
    }
    FieldPath reported = spec.path().field("LoadBalancerSourceRanges");
    if (!type.equals("LoadBalancer")) {
      problems.forbidden(
          ranges.reportedAt(reported), "may only be used when `type` is 'LoadBalancer'");
    }
    int position = 0;
    for (Field each : ranges.items()) {
      Addresses.judgeRange(each.reportedAt(reported.index(position++)), List.of(), problems);
    }
  }

  private void loadBalancer() {
    boolean balanced = type.equals("LoadBalancer");
    for (String each : List.of("allocateLoadBalancerNodePorts", "loadBalancerClass")) {
      if (!balanced && spec.at(each).present()) {
        problems.forbidden(spec.at(each), "may only be used when `type` is 'LoadBalancer'");
      }
    }
    Field loadBalancerClass = spec.at("loadBalancerClass");
    if (balanced && loadBalancerClass.present()) {
      problems.sentences(loadBalancerClass, Names.qualified(loadBalancerClass.text()));
    }
  }

  private void trafficPolicies() {
    Field external = spec.at("externalTrafficPolicy");
    if (ServiceStrategy.isExternal(spec.value())) {
      problems.exactlyOneOf(external, List.of("Cluster", "Local"));
    } else if (external.filled()) {
      problems.invalid(external, "may only be set for externally-accessible services");
    }
    Field health = spec.at("healthCheckNodePort");
    if (!ServiceStrategy.needsHealthCheck(spec.value())) {
      if (health.number(0) != 0) {
        problems.invalid(
            health,
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is"
                + " 'Local'");
      }
    } else if (health.number(0) == 0) {
      problems.required(health, "");
    } else {
      problems.sentences(health, Names.port(health.number(0)));
    }
    Field internal = spec.at("internalTrafficPolicy");
    if (!type.equals("ExternalName") || internal.present()) {
      problems.exactlyOneOf(internal, List.of("Cluster", "Local"));
    }
    problems.oneOf(
        spec.at("trafficDistribution"), List.of("PreferClose", "PreferSameNode", "PreferSameZone"));
  }
}
