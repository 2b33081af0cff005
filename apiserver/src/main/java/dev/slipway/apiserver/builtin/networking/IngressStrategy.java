package dev.slipway.apiserver.builtin.networking;

import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.core.LoadBalancerRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Ingresses.
final class IngressStrategy extends KindStrategy {
  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
  private static final List<String> PATH_TYPES =
      List.of("Exact", "ImplementationSpecific", "Prefix");
  private static final List<String> BAD_SEQUENCES = List.of("//", "/./", "/../", "%2f", "%2F");
  private static final List<String> BAD_ENDS = List.of("/..", "/.");

  @Override
  protected void initialStatus(ObjectNode ingress, ObjectNode status) {
    status.putObject("loadBalancer");
  }

  @Override
  protected void judge(Field ingress, Problems problems) {
    Field spec = ingress.at("spec");
    Field backend = spec.at("defaultBackend");
    if (spec.at("rules").size() == 0 && !backend.present()) {
      problems.add(
          Problem.invalid(
              spec.path(),
              spec.at("rules").shown(),
              "either `defaultBackend` or `rules` must be specified"));
    }
    if (backend.present()) {
      backend(backend, problems);
    }
    spec.items("rules").forEach(each -> rule(each, problems));
    spec.items("tls").forEach(each -> tls(each, problems));
    if (spec.at("ingressClassName").present()) {
      problems.sentences(
          spec.at("ingressClassName"), Names.dnsSubdomain(spec.text("ingressClassName")));
    }
  }

  @Override
  protected void judgeNew(Field ingress, Problems problems) {
    Field annotation = ingress.at("metadata", "annotations").at(CLASS_ANNOTATION);
    Field name = ingress.at("spec", "ingressClassName");
    if (annotation.present() && name.present() && !annotation.text().equals(name.text())) {
      problems.add(
          Problem.invalid(
              FieldPath.of("annotations", CLASS_ANNOTATION),
              annotation.text(),
              "must match `ingressClassName` when both are specified"));
    }
  }

  @Override
  protected void judgeStatus(Field ingress, Field old, Problems problems) {
    LoadBalancerRules.judge(ingress.at(STATUS, "loadBalancer"), false, problems);
  }

  @Override
  public List<String> warnings(ObjectNode ingress) {
    Field annotations = Field.of(ingress).at("metadata", "annotations");
    return annotations.at(CLASS_ANNOTATION).present()
        ? List.of(
            "annotation \""
                + CLASS_ANNOTATION
                + "\" is deprecated, please use 'spec.ingressClassName' instead")
        : List.of();
  }

  private static void rule(Field rule, Problems problems) {
    Field host = rule.at("host");
    if (host.filled()) {
      if (Addresses.parse(host.text()).isPresent()) {
        problems.invalid(host, "must be a DNS name, not an IP address");
      }
      name(host, problems);
    }
    Field http = rule.at("http");
    if (http.present()) {
      problems.demand(http.at("paths"));
      http.items("paths").forEach(each -> path(each, problems));
    }
  }

  private static void name(Field host, Problems problems) {
    problems.sentences(
        host,
        host.text().contains("*")
            ? Names.wildcardSubdomain(host.text())
            : Names.dnsSubdomain(host.text()));
  }

  private static void path(Field path, Problems problems) {
    Field type = path.at("pathType");
    if (!type.present()) {
      problems.required(type, "pathType must be specified");
      return;
    }
    Field text = path.at("path");
    switch (type.text()) {
      case "Exact", "Prefix" -> {
        absolute(text, problems);
        for (String bad : BAD_SEQUENCES) {
          if (text.text().contains(bad)) {
            problems.invalid(text, "must not contain '" + bad + "'");
          }
        }
        for (String bad : BAD_ENDS) {
          if (text.text().endsWith(bad)) {
            problems.invalid(text, "cannot end with '" + bad + "'");
          }
        }
      }
      case "ImplementationSpecific" -> {
        if (text.filled()) {
          absolute(text, problems);
        }
      }
      default -> problems.notSupported(type, PATH_TYPES);
    }
    backend(path.at("backend"), problems);
  }

  private static void absolute(Field path, Problems problems) {
    if (!path.text().startsWith("/")) {
      problems.invalidText(path, "must be an absolute path");
    }
  }

  private static void backend(Field backend, Problems problems) {
    Field resource = backend.at("resource");
    Field service = backend.at("service");
    if (resource.present() && service.present()) {
      whole(backend, "cannot set both resource and service backends", problems);
    } else if (resource.present()) {
      reference(resource, problems);
    } else if (service.present()) {
      service(backend, service, problems);
    } else {
      whole(backend, "resource or service backend is required", problems);
    }
  }

  private static void service(Field backend, Field service, Problems problems) {
    if (problems.demand(service.at("name"))) {
      problems.sentences(service.at("name"), Names.dnsLabel(service.text("name")));
    }
    Field name = service.at("port", "name");
    Field number = service.at("port", "number");
    boolean named = name.filled();
    boolean numbered = number.number(0) != 0;
    if (named && numbered) {
      whole(backend, "cannot set both port name & port number", problems);
    } else if (named) {
      problems.sentences(name, Names.portName(name.text()));
    } else if (numbered) {
      problems.sentences(number, Names.port(number.number(0)));
    } else {
      problems.required(backend, "port name or number is required");
    }
  }

  private static void whole(Field backend, String words, Problems problems) {
    problems.add(Problem.invalid(backend.path(), "", words));
  }

  /// A reference to an object of any kind.
  static void reference(Field reference, Problems problems) {
    if (reference.at("apiGroup").present()) {
      problems.sentences(reference.at("apiGroup"), Names.dnsSubdomain(reference.text("apiGroup")));
    }
    for (String each : List.of("kind", "name")) {
      if (problems.demand(reference.at(each))) {
        problems.sentences(reference.at(each), Names.pathSegment(reference.text(each)));
      }
    }
  }

  private static void tls(Field tls, Problems problems) {
    tls.items("hosts").forEach(each -> name(each, problems));
    if (tls.at("secretName").filled()) {
      problems.sentences(tls.at("secretName"), Names.dnsSubdomain(tls.text("secretName")));
    }
  }
}
