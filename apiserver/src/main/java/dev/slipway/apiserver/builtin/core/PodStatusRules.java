package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import java.util.List;
import java.util.Set;

/// What a kubelet may say of a pod.
final class PodStatusRules {
  private static final Set<String> SYSTEM = Set.of("PodScheduled", "Ready", "Initialized");

  private PodStatusRules() {}

  static void judge(Field pod, Field old, Problems problems) {
    Field status = pod.at("status");
    Field before = old.at("status");
    for (Field condition : status.items("conditions")) {
      if (!SYSTEM.contains(condition.text("type"))) {
        problems.sentences(
            condition.path().field("Type"),
            condition.text("type"),
            Names.qualified(condition.text("type")));
      }
    }
    Field nominated = status.at("nominatedNodeName");
    if (nominated.filled() && !nominated.sameAs(before.at("nominatedNodeName"))) {
      problems.sentences(nominated, Names.dnsSubdomain(nominated.text()));
    }
    Field observed = status.at("observedGeneration");
    if (observed.number(0) < 0) {
      problems.invalid(observed, "must be a non-negative integer");
    }
    for (String list : List.of("containerStatuses", "initContainerStatuses")) {
      states(list, status, before, old.at("spec"), problems);
    }
    addresses(status, before, problems);
  }

  /// A container that ended stays ended, unless its pod restarts it.
  private static void states(
      String list, Field status, Field before, Field spec, Problems problems) {
    List<Field> old = before.items(list);
    for (int i = 0; i < old.size(); i++) {
      Field ended = old.get(i).at("state", "terminated");
      String name = old.get(i).text("name");
      if (!ended.present() || mayRestart(list, name, ended, spec)) {
        continue;
      }
      for (Field now : status.items(list)) {
        if (now.text("name").equals(name) && !now.at("state", "terminated").present()) {
          problems.forbidden(
              new Field(now.value(), status.at(list).path().index(i).field("state")),
              "may not be transitioned to non-terminated state");
        }
      }
    }
  }

  private static boolean mayRestart(String list, String name, Field ended, Field spec) {
    String lists = list.equals("containerStatuses") ? "containers" : "initContainers";
    Field container = spec.at(lists).named(name).orElse(spec.at("absent"));
    if (container.at("restartPolicyRules").size() > 0) {
      return true;
    }
    String own = container.text("restartPolicy");
    String policy = own.isEmpty() ? spec.text("restartPolicy") : own;
    boolean failed = ended.at("exitCode").number(0) != 0;
    return policy.equals("Always") || (policy.equals("OnFailure") && failed);
  }

  private static void addresses(Field status, Field before, Problems problems) {
    for (String list : List.of("podIPs", "hostIPs")) {
      List<String> known = before.items(list).stream().map(each -> each.text("ip")).toList();
      List<Field> addresses = status.items(list);
      for (Field each : addresses) {
        Addresses.judge(each.at("ip").reportedAt(each.path()), known, problems);
      }
      boolean twoFamilies =
          addresses.size() == 2
              && Addresses.isIpv6(addresses.getFirst().text("ip"))
                  != Addresses.isIpv6(addresses.getLast().text("ip"));
      if (addresses.size() > 1 && !twoFamilies) {
        problems.invalid(status.at(list), "may specify no more than one IP for each IP family");
      }
    }
    List<Field> hosts = status.items("hostIPs");
    if (!hosts.isEmpty() && !hosts.getFirst().text("ip").equals(status.text("hostIP"))) {
      problems.invalid(hosts.getFirst().at("ip"), "must be equal to `hostIP`");
    }
  }
}
