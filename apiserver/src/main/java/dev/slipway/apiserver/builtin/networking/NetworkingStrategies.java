package dev.slipway.apiserver.builtin.networking;

import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import dev.slipway.apiserver.resource.Strategy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Behaviours of networking.k8s.io/v1, by kind.
///
/// Sources: `pkg/apis/networking/v1/defaults.go`, `pkg/apis/networking/validation/validation.go`.
public final class NetworkingStrategies {
  private NetworkingStrategies() {}

  public static Map<String, Strategy> byKind() {
    return Map.of(
        "Ingress", new IngressStrategy(),
        "IngressClass", new IngressClasses(),
        "NetworkPolicy", new NetworkPolicies());
  }

  private static final class IngressClasses extends KindStrategy {
    private static final int LONGEST_CONTROLLER = 250;

    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode ingressClass) {
      Defaults.present(ingressClass, "spec", "parameters")
          .forEach(each -> Defaults.absentText(each, "scope", "Cluster"));
    }

    @Override
    protected void judge(Field ingressClass, Problems problems) {
      Field controller = ingressClass.at("spec", "controller");
      if (problems.demand(controller)) {
        if (controller.text().length() > LONGEST_CONTROLLER) {
          problems.tooLong(controller, LONGEST_CONTROLLER);
        }
        path(controller, problems);
      }
      parameters(ingressClass.at("spec", "parameters"), problems);
    }

    private static void path(Field controller, Problems problems) {
      String text = controller.text();
      int slash = text.indexOf('/');
      if (slash < 1 || slash == text.length() - 1) {
        problems.invalid(controller, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        return;
      }
      String host = text.substring(0, slash);
      problems.sentences(controller.path(), host, Names.dnsSubdomain(host));
      String rest = text.substring(slash + 1);
      problems.sentences(controller.path(), rest, Names.httpPath(rest));
    }

    private static void parameters(Field parameters, Problems problems) {
      if (!parameters.present()) {
        return;
      }
      IngressStrategy.reference(parameters, problems);
      Field scope = parameters.at("scope");
      Field namespace = parameters.at("namespace");
      switch (scope.text()) {
        case "Namespace" -> {
          if (!namespace.present()) {
            problems.required(namespace, "`parameters.scope` is set to 'Namespace'");
          } else {
            problems.sentences(namespace, Names.dnsLabel(namespace.text()));
          }
        }
        case "Cluster" -> {
          if (namespace.present()) {
            problems.forbidden(namespace, "`parameters.scope` is set to 'Cluster'");
          }
        }
        default -> problems.notSupported(scope, List.of("Cluster", "Namespace"));
      }
    }

    @Override
    protected void judgeChange(Field ingressClass, Field old, Problems problems) {
      problems.immutable(ingressClass.at("spec", "controller"), old.at("spec", "controller"));
    }
  }

  private static final class NetworkPolicies extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode policy) {
      ObjectNode spec = Defaults.object(policy, "spec");
      if (spec.path("policyTypes").isEmpty()) {
        var types = spec.putArray("policyTypes").add("Ingress");
        if (!spec.path("egress").isEmpty()) {
          types.add("Egress");
        }
      }
      Defaults.object(spec, "podSelector");
      for (String direction : List.of("ingress", "egress")) {
        for (ObjectNode rule : Defaults.items(spec, direction)) {
          Defaults.items(rule, "ports").forEach(each -> Defaults.text(each, "protocol", "TCP"));
        }
      }
    }

    @Override
    protected void judge(Field policy, Problems problems) {
      Field spec = policy.at("spec");
      Selectors.judge(spec.at("podSelector"), problems);
      for (String direction : List.of("ingress", "egress")) {
        for (Field rule : spec.items(direction)) {
          rule.items("ports").forEach(each -> port(each, problems));
          rule.items(direction.equals("ingress") ? "from" : "to")
              .forEach(each -> peer(each, problems));
        }
      }
      Field types = spec.at("policyTypes");
      if (types.size() > 2) {
        problems.invalid(types, "may not specify more than two policyTypes");
        return;
      }
      for (Field type : types.items()) {
        if (!List.of("Egress", "Ingress").contains(type.text())) {
          problems.notSupported(type, List.of("Egress", "Ingress"));
        }
      }
    }

    private static void port(Field port, Problems problems) {
      problems.oneOf(port.at("protocol"), List.of("SCTP", "TCP", "UDP"));
      Field start = port.at("port");
      Field end = port.at("endPort");
      if (!start.present()) {
        if (end.present()) {
          problems.invalid(end, "may not be specified when `port` is not specified");
        }
      } else if (start.isText()) {
        if (end.present()) {
          problems.invalid(end, "may not be specified when `port` is non-numeric");
        }
        problems.sentences(start, Names.portName(start.text()));
      } else {
        problems.sentences(start, Names.port(start.number(0)));
        if (end.present()) {
          if (end.number(0) < start.number(0)) {
            problems.invalid(end, "must be greater than or equal to `port`");
          }
          problems.sentences(end, Names.port(end.number(0)));
        }
      }
    }

    private static void peer(Field peer, Problems problems) {
      Field block = peer.at("ipBlock");
      int found = 0;
      for (String each : List.of("podSelector", "namespaceSelector")) {
        if (peer.at(each).present()) {
          found++;
          Selectors.judge(peer.at(each), problems);
        }
      }
      if (block.present()) {
        block(block, problems);
        if (found > 0) {
          problems.forbidden(peer, "may not specify both ipBlock and another peer");
        }
      } else if (found == 0) {
        problems.required(peer, "must specify a peer");
      }
    }

    private static void block(Field block, Problems problems) {
      Field cidr = block.at("cidr");
      if (!problems.demand(cidr)) {
        return;
      }
      Addresses.judgeRange(cidr, List.of(), problems);
      Optional<Addresses.Range> all = Addresses.Range.parse(cidr.text());
      for (Field except : block.items("except")) {
        Addresses.judgeRange(except, List.of(), problems);
        Optional<Addresses.Range> part = Addresses.Range.parse(except.text());
        if (all.isPresent() && part.isPresent()) {
          boolean within =
              all.get().contains(part.get().address()) && all.get().bits() < part.get().bits();
          if (!within) {
            problems.invalid(except, "must be a strict subset of `cidr`");
          }
        }
      }
    }
  }
}
