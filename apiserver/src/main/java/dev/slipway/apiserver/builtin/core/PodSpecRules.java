package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.ObjectMetaRules;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.Problem;
import dev.slipway.base.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The `spec` of a pod or of a template.
///
/// Source: `pkg/apis/core/validation/validation.go`, `ValidatePodSpec`.
public final class PodSpecRules {
  private static final List<String> RESTARTS = List.of("Always", "OnFailure", "Never");
  private static final List<String> DNS_POLICIES =
      List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
  private static final String HOST_USERS = "when `hostUsers` is false";
  private static final int MOST_NAMESERVERS = 3;
  private static final int MOST_SEARCHES = 32;
  private static final int LONGEST_SEARCHES = 2048;
  private static final int LONGEST_HOSTNAME = 64;

  private final Field spec;
  private final Problems problems;
  private final boolean ofPod;

  private PodSpecRules(Field spec, boolean ofPod, Problems problems) {
    this.spec = spec;
    this.problems = problems;
    this.ofPod = ofPod;
  }

  /// A pod template: `metadata` and `spec`.
  public static void template(Field template, Problems problems) {
    template(template, Map.of(), problems);
  }

  /// A pod template whose pods get more volumes than it names.
  public static void template(Field template, Map<String, Field> more, Problems problems) {
    Field metadata = template.at("metadata");
    ObjectMetaRules.labels(
        metadata.at("labels").reportedAt(template.path().field("labels")), problems);
    ObjectMetaRules.annotations(
        metadata.at("annotations").reportedAt(template.path().field("annotations")), problems);
    Field spec = template.at("spec");
    new PodSpecRules(spec, false, problems).judge("", more);
    if (spec.at("ephemeralContainers").size() > 0) {
      problems.forbidden(
          spec.at("ephemeralContainers"), "ephemeral containers not allowed in pod template");
    }
  }

  /// The spec of a pod.
  static void pod(Field pod, Problems problems) {
    new PodSpecRules(pod.at("spec"), true, problems)
        .judge(pod.at("metadata").text("name"), Map.of());
  }

  private void judge(String podName, Map<String, Field> moreVolumes) {
    if (!spec.at("terminationGracePeriodSeconds").present()) {
      problems.required(spec.at("terminationGracePeriodSeconds"), "");
    }
    Map<String, Field> volumes = VolumeRules.judge(spec.at("volumes"), podName, problems);
    moreVolumes.forEach(volumes::putIfAbsent);
    resourceClaims();
    new ContainerRules(spec, volumes, problems).judge();
    podResources();
    hostNetwork();
    problems.exactlyOneOf(spec.at("restartPolicy"), RESTARTS);
    problems.exactlyOneOf(spec.at("dnsPolicy"), DNS_POLICIES);
    ObjectMetaRules.labels(spec.at("nodeSelector"), problems);
    SecurityRules.pod(spec, problems);
    AffinityRules.judge(spec.at("affinity"), problems);
    dnsConfig();
    gates();
    SpreadRules.constraints(spec.at("topologySpreadConstraints"), problems);
    hostUsers();
    hostnames();
    names();
    numbers();
    SpreadRules.tolerations(spec.at("tolerations"), problems);
    hostAliases();
    overhead();
    os();
    files(volumes);
  }

  private void resourceClaims() {
    Set<String> seen = new HashSet<>();
    for (Field claim : spec.items("resourceClaims")) {
      Field name = claim.at("name");
      if (problems.demand(name)) {
        if (seen.add(name.text())) {
          problems.sentences(name, Names.dnsLabel(name.text()));
        } else {
          problems.duplicate(name);
        }
      }
      boolean direct = claim.at("resourceClaimName").present();
      boolean template = claim.at("resourceClaimTemplateName").present();
      if (direct && template) {
        problems.invalid(
            claim,
            "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
      } else if (!direct && !template) {
        problems.invalid(
            claim, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
      }
    }
  }

  private void podResources() {
    Field resources = spec.at("resources");
    if (!resources.present()) {
      return;
    }
    ResourceRules.pod(resources, problems);
    PodResources.sum(spec, "requests")
        .forEach(
            (name, sum) -> {
              Field asked = resources.at("requests", name);
              Optional<Quantity> amount = ResourceRules.quantity(asked);
              if (amount.isPresent() && sum.compareTo(amount.get()) > 0) {
                problems.invalid(
                    resources.at("requests").path().key(name),
                    amount.get().toString(),
                    "must be greater than or equal to aggregate container requests of " + sum);
              }
            });
    for (Field container : spec.items("containers")) {
      containerLimits(container, resources.at("limits"));
    }
  }

  private void containerLimits(Field container, Field podLimits) {
    for (Map.Entry<String, Field> each : container.at("resources", "limits").entries()) {
      Optional<Quantity> own = ResourceRules.quantity(each.getValue());
      Optional<Quantity> all = ResourceRules.quantity(podLimits.at(each.getKey()));
      if (own.isPresent() && all.isPresent() && own.get().compareTo(all.get()) > 0) {
        problems.invalid(
            each.getValue().path(),
            own.get().toString(),
            "must be less than or equal to pod limits of " + all.get());
      }
    }
  }

  private void hostNetwork() {
    if (!spec.at("hostNetwork").isTrue()) {
      return;
    }
    for (Field container : spec.items("containers")) {
      for (Field port : container.items("ports")) {
        long outside = port.at("hostPort").number(0);
        boolean counts = ofPod || outside != 0;
        if (counts && outside != port.at("containerPort").number(0)) {
          problems.invalid(
              port.at("hostPort").path(),
              outside,
              "must match `containerPort` when `hostNetwork` is true");
        }
      }
    }
  }

  private void dnsConfig() {
    Field config = spec.at("dnsConfig");
    Field servers = config.at("nameservers");
    if (spec.text("dnsPolicy").equals("None")) {
      if (!config.present()) {
        problems.required(config, "must provide `dnsConfig` when `dnsPolicy` is None");
        return;
      }
      if (servers.size() == 0) {
        problems.required(
            servers, "must provide at least one DNS nameserver when `dnsPolicy` is None");
        return;
      }
    }
    if (servers.size() > MOST_NAMESERVERS) {
      problems.invalid(servers, "must not have more than " + MOST_NAMESERVERS + " nameservers");
    }
    servers.items().forEach(each -> Addresses.judge(each, List.of(), problems));
    searches(config.at("searches"));
    for (Field option : config.items("options")) {
      if (!option.at("name").filled()) {
        problems.required(option, "must not be empty");
      }
    }
  }

  private void searches(Field searches) {
    if (searches.size() > MOST_SEARCHES) {
      problems.invalid(searches, "must not have more than " + MOST_SEARCHES + " search paths");
    }
    if (String.join(" ", searches.texts()).length() > LONGEST_SEARCHES) {
      problems.invalid(
          searches,
          "must not have more than "
              + LONGEST_SEARCHES
              + " characters (including spaces) in the search list");
    }
    for (Field search : searches.items()) {
      String text = search.text();
      if (!text.equals(".")) {
        String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        problems.sentences(search.path(), bare, Names.dnsSubdomainWithUnderscore(bare));
      }
    }
  }

  private void gates() {
    for (Field gate : spec.items("readinessGates")) {
      problems.sentences(gate.at("conditionType"), Names.qualified(gate.text("conditionType")));
    }
    var seen = new HashSet<String>();
    for (Field gate : spec.items("schedulingGates")) {
      String name = gate.text("name");
      problems.sentences(gate.path(), name, Names.qualified(name));
      if (!seen.add(name)) {
        problems.add(Problem.duplicate(gate.path(), name));
      }
    }
  }

  private void hostUsers() {
    if (!spec.at("hostUsers").present() || spec.at("hostUsers").isTrue()) {
      return;
    }
    for (String each : List.of("hostNetwork", "hostPID", "hostIPC")) {
      if (spec.at(each).isTrue()) {
        problems.forbidden(
            spec.at(each.replace("hostP", "HostP").replace("hostI", "HostI")), HOST_USERS);
      }
    }
  }

  private void hostnames() {
    for (String each : List.of("hostname", "subdomain")) {
      if (spec.at(each).filled()) {
        problems.sentences(spec.at(each), Names.dnsLabel(spec.text(each)));
      }
    }
    Field override = spec.at("hostnameOverride");
    if (!override.present()) {
      return;
    }
    if (spec.at("setHostnameAsFQDN").isTrue()) {
      problems.forbidden(override, "may not be specified when setHostnameAsFQDN is true");
    }
    if (spec.at("hostNetwork").isTrue()) {
      problems.forbidden(override, "may not be specified when hostNetwork is true");
    }
    if (override.text().length() > LONGEST_HOSTNAME) {
      problems.tooLong(override, LONGEST_HOSTNAME);
    }
    problems.sentences(override, Names.dnsSubdomain(override.text()));
  }

  private void names() {
    for (String each : List.of("serviceAccountName", "nodeName", "priorityClassName")) {
      if (spec.at(each).filled()) {
        problems.sentences(spec.at(each), Names.dnsSubdomain(spec.text(each)));
      }
    }
    if (spec.at("runtimeClassName").present()) {
      problems.sentences(
          spec.at("runtimeClassName"), Names.dnsSubdomain(spec.text("runtimeClassName")));
    }
    Field preemption = spec.at("preemptionPolicy");
    if (preemption.present()) {
      problems.exactlyOneOf(preemption, List.of("PreemptLowerPriority", "Never"));
    }
  }

  private void numbers() {
    Field deadline = spec.at("activeDeadlineSeconds");
    if (deadline.present()) {
      problems.sentences(deadline, Names.between(deadline.number(0), 1, Integer.MAX_VALUE));
    }
  }

  private void hostAliases() {
    for (Field alias : spec.items("hostAliases")) {
      Addresses.judge(alias.at("ip"), List.of(), problems);
      for (Field name : alias.items("hostnames")) {
        problems.sentences(name, Names.dnsSubdomain(name.text()));
      }
    }
  }

  private void overhead() {
    for (Map.Entry<String, Field> each : spec.at("overhead").entries()) {
      ResourceRules.containerName(each.getKey(), each.getValue(), problems);
      ResourceRules.value(each.getKey(), each.getValue(), problems);
    }
  }

  private void os() {
    Field os = spec.at("os");
    if (!os.present()) {
      return;
    }
    Field name = os.at("name");
    if (!name.filled()) {
      problems.required(name, "");
    } else if (!List.of("linux", "windows").contains(name.text())) {
      problems.add(Problem.notSupported(os.path(), name.text(), List.of("linux", "windows")));
    } else {
      OsRules.judge(spec, name.text(), problems);
    }
  }

  private void files(Map<String, Field> volumes) {
    for (String list : List.of("initContainers", "containers")) {
      for (Field container : spec.items(list)) {
        for (Field variable : container.items("env")) {
          Field name = variable.at("valueFrom", "fileKeyRef", "volumeName");
          if (!name.filled()) {
            continue;
          }
          Field volume = volumes.get(name.text());
          if (volume == null) {
            problems.notFound(name);
          } else if (!volume.at("emptyDir").present()) {
            problems.invalid(name, "referenced volume must be of type emptyDir");
          }
        }
      }
    }
  }
}
