package dev.slipway.controllers.core;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A node and what its pods leave free. Owned by the scheduler's thread.
final class NodeRoom {
  private final Map<String, Ask> pods = new HashMap<>();
  private final Set<String> ports = new HashSet<>();
  private Resource node;
  private Amounts allocatable;
  private Amounts taken = Amounts.NONE;

  /// What a pod takes of a node.
  ///
  /// @param amounts that the node must have
  /// @param held what of them nobody else can have meanwhile
  /// @param ports of the host, as `PROTOCOL/PORT`
  record Ask(Amounts amounts, Amounts held, Set<String> ports) {
    private static final Set<String> SHARED = Set.of(Amounts.CPU, "memory", "ephemeral-storage");

    Ask {
      ports = Set.copyOf(ports);
    }

    static Ask of(JsonNode spec) {
      var amounts = Amounts.requestedBy(spec);
      return new Ask(amounts, amounts, hostPorts(spec));
    }

    /// Of a pod that shares its node's cores and memory with others of its sort: the node must have
    /// what it asks for, but all of them may ask for the same. Devices are nobody else's.
    static Ask sharing(JsonNode spec) {
      var amounts = Amounts.requestedBy(spec);
      return new Ask(amounts, amounts.without(SHARED), hostPorts(spec));
    }

    private static Set<String> hostPorts(JsonNode spec) {
      Set<String> found = Set.of();
      for (var container : spec.path("containers")) {
        for (var port : container.path("ports")) {
          int host = port.path("hostPort").asInt(0);
          if (host != 0) {
            found = found.isEmpty() ? new HashSet<>() : found;
            found.add(port.path("protocol").asString("TCP") + "/" + host);
          }
        }
      }
      return found;
    }
  }

  NodeRoom(Resource node) {
    this.node = node;
    this.allocatable = Amounts.read(node.status().path("allocatable"));
  }

  /// @return whether what matters to pods differs
  boolean update(Resource now) {
    boolean differs =
        !now.status().path("allocatable").equals(node.status().path("allocatable"))
            || !now.spec().equals(node.spec())
            || !now.labels().equals(node.labels());
    node = now;
    allocatable = Amounts.read(now.status().path("allocatable"));
    return differs;
  }

  String name() {
    return node.name();
  }

  void add(String uid, Ask ask) {
    remove(uid);
    pods.put(uid, ask);
    taken = taken.plus(ask.held());
    ports.addAll(ask.ports());
  }

  /// @return whether it was there
  boolean remove(String uid) {
    var ask = pods.remove(uid);
    if (ask == null) {
      return false;
    }
    taken = taken.minus(ask.held());
    ports.removeAll(ask.ports());
    return true;
  }

  /// Why a pod cannot be here, in kube-scheduler's words; empty if it can. Only what the first
  /// failing check finds, as there.
  List<String> objections(JsonNode spec, Ask ask) {
    var own = node.spec();
    if (own.path("unschedulable").asBoolean(false) && !toleratesCordon(spec)) {
      return List.of("node(s) were unschedulable");
    }
    var taint = Taints.untolerated(spec, own.path("taints"));
    if (taint.isPresent()) {
      return List.of("node(s) had untolerated taint " + taint.get());
    }
    if (!NodeLabels.wanted(spec, node.name(), node.labels())) {
      return List.of("node(s) didn't match Pod's node affinity/selector");
    }
    for (var port : ask.ports()) {
      if (ports.contains(port)) {
        return List.of("node(s) didn't have free ports for the requested pod ports");
      }
    }
    return shortages(ask);
  }

  private static boolean toleratesCordon(JsonNode spec) {
    var taints = Json.array();
    taints.addObject().put("key", "node.kubernetes.io/unschedulable").put("effect", "NoSchedule");
    return Taints.untolerated(spec, taints).isEmpty();
  }

  private List<String> shortages(Ask ask) {
    var found = new ArrayList<String>();
    if (pods.size() + 1 > allocatable.get("pods")) {
      found.add("Too many pods");
    }
    for (var each : ask.amounts().sorted().entrySet()) {
      long others = ask.held().has(each.getKey()) ? taken.get(each.getKey()) : 0;
      if (each.getValue() > 0 && others + each.getValue() > allocatable.get(each.getKey())) {
        found.add("Insufficient " + each.getKey());
      }
    }
    return found;
  }

  /// How well a pod would do here, beside other nodes that can take it: more is better. Preferences
  /// of the pod first, then the share that stays free.
  double score(JsonNode spec, Ask ask) {
    long preferred = NodeLabels.preference(spec, node.name(), node.labels());
    int disliked = Taints.disliked(spec, node.spec().path("taints"));
    return 2.0 * preferred - 300.0 * disliked + free(Amounts.CPU, ask) + free("memory", ask);
  }

  /// Percent.
  private double free(String name, Ask ask) {
    long all = allocatable.get(name);
    long used = taken.get(name) + ask.amounts().get(name);
    return all <= 0 ? 0 : 50.0 * Math.max(0, all - used) / all;
  }
}
