package dev.slipway.apiserver.admission;

import static dev.slipway.apiserver.admission.StandardCheck.containers;
import static dev.slipway.apiserver.admission.StandardCheck.plural;
import static dev.slipway.apiserver.admission.StandardCheck.quoted;
import static dev.slipway.apiserver.admission.StandardCheck.setters;

import dev.slipway.apiserver.admission.StandardCheck.Subject;
import dev.slipway.apiserver.admission.StandardCheck.Violation;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// Rules of the Pod Security Standards about the kernel's own guards.
final class StandardProfileChecks {
  private static final Set<String> PROFILE_TYPES = Set.of("RuntimeDefault", "Localhost");
  private static final String APP_ARMOR_PREFIX = "container.apparmor.security.beta.kubernetes.io/";
  private static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
  private static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";

  /// Sysctls that are safe, by the minor version that allowed them first.
  private static final Map<String, Integer> SYSCTLS =
      Map.ofEntries(
          Map.entry("kernel.shm_rmid_forced", 0),
          Map.entry("net.ipv4.ip_local_port_range", 0),
          Map.entry("net.ipv4.tcp_syncookies", 0),
          Map.entry("net.ipv4.ping_group_range", 0),
          Map.entry("net.ipv4.ip_unprivileged_port_start", 0),
          Map.entry("net.ipv4.ip_local_reserved_ports", 27),
          Map.entry("net.ipv4.tcp_keepalive_time", 29),
          Map.entry("net.ipv4.tcp_fin_timeout", 29),
          Map.entry("net.ipv4.tcp_keepalive_intvl", 29),
          Map.entry("net.ipv4.tcp_keepalive_probes", 29),
          Map.entry("net.ipv4.tcp_rmem", 32),
          Map.entry("net.ipv4.tcp_wmem", 32));

  private StandardProfileChecks() {}

  static Optional<Violation> appArmor(Subject subject) {
    Profiles profiles = Profiles.of(subject, "appArmorProfile");
    var setters = new ArrayList<String>();
    if (!profiles.setters().isEmpty()) {
      setters.add(profiles.setters());
    }
    var values = new ArrayList<String>(profiles.values);
    var annotations =
        badAnnotations(
            subject,
            key -> key.startsWith(APP_ARMOR_PREFIX),
            value ->
                value.isEmpty()
                    || value.equals("runtime/default")
                    || value.startsWith("localhost/"));
    if (!annotations.isEmpty()) {
      values.addAll(annotations);
      setters.add(plural("annotation", annotations));
    }
    return setters.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                plural("forbidden AppArmor profile", values),
                "%s must not set AppArmor profile type to %s"
                    .formatted(String.join(" and ", setters), quoted(values))));
  }

  /// Annotations of a kind whose values are not allowed, as `key="value"`, sorted.
  private static List<String> badAnnotations(
      Subject subject, Predicate<String> kind, Predicate<String> allowed) {
    var bad = new TreeMap<String, String>(Json.strings(subject.metadata(), "annotations"));
    bad.entrySet().removeIf(each -> !kind.test(each.getKey()) || allowed.test(each.getValue()));
    return bad.entrySet().stream()
        .map(each -> each.getKey() + "=\"" + each.getValue() + '"')
        .toList();
  }

  static Optional<Violation> seccompBaseline(Subject subject) {
    return subject.minor() < 19
        ? seccompAnnotations(subject)
        : mustNotSetSeccomp(Profiles.of(subject, "seccompProfile"));
  }

  private static Optional<Violation> seccompAnnotations(Subject subject) {
    List<String> bad =
        badAnnotations(
            subject,
            key -> key.equals(SECCOMP_POD) || key.startsWith(SECCOMP_CONTAINER),
            value ->
                value.equals("runtime/default")
                    || value.equals("docker/default")
                    || value.startsWith("localhost/"));
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "seccompProfile",
                "forbidden " + plural("annotation", bad) + " " + String.join(", ", bad)));
  }

  private static Optional<Violation> mustNotSetSeccomp(Profiles profiles) {
    return profiles.setters().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "seccompProfile",
                "%s must not set securityContext.seccompProfile.type to %s"
                    .formatted(profiles.setters(), quoted(profiles.values))));
  }

  static Optional<Violation> seccompRestricted(Subject subject) {
    if (subject.minor() >= 25 && subject.isWindows()) {
      return Optional.empty();
    }
    Optional<Violation> explicit = mustNotSetSeccomp(Profiles.of(subject, "seccompProfile"));
    if (explicit.isPresent() || subject.security().path("seccompProfile").isObject()) {
      return explicit;
    }
    List<String> silent = subject.where(security -> !security.path("seccompProfile").isObject());
    return silent.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "seccompProfile",
                ("pod or %s must set securityContext.seccompProfile.type to \"RuntimeDefault\" or"
                        + " \"Localhost\"")
                    .formatted(containers(silent))));
  }

  /// Who sets a profile of a type that is not allowed.
  private record Profiles(boolean pod, List<String> containers, TreeSet<String> values) {
    static Profiles of(Subject subject, String field) {
      var values = new TreeSet<String>();
      Predicate<JsonNode> isBad =
          security -> {
            JsonNode profile = security.path(field);
            String type = Json.text(profile, "type");
            boolean bad = profile.isObject() && !PROFILE_TYPES.contains(type);
            if (bad) {
              values.add(type);
            }
            return bad;
          };
      return new Profiles(isBad.test(subject.security()), subject.where(isBad), values);
    }

    String setters() {
      return StandardCheck.setters(pod, containers);
    }
  }

  static Optional<Violation> seLinux(Subject subject) {
    Set<String> allowed =
        new TreeSet<>(Set.of("", "container_t", "container_init_t", "container_kvm_t"));
    if (subject.minor() >= 31) {
      allowed.add("container_engine_t");
    }
    var types = new TreeSet<String>();
    var fields = new TreeSet<String>();
    Predicate<JsonNode> isBad = security -> collect(security, allowed, types, fields);
    String setters = setters(isBad.test(subject.security()), subject.where(isBad));
    if (setters.isEmpty()) {
      return Optional.empty();
    }
    var told = new ArrayList<String>();
    if (!types.isEmpty()) {
      told.add(plural("type", types) + " " + quoted(types));
    }
    if (fields.contains("user")) {
      told.add("user may not be set");
    }
    if (fields.contains("role")) {
      told.add("role may not be set");
    }
    return Optional.of(
        new Violation(
            "seLinuxOptions",
            "%s set forbidden securityContext.seLinuxOptions: %s"
                .formatted(setters, String.join("; ", told))));
  }

  private static boolean collect(
      JsonNode security, Set<String> allowed, Set<String> types, Set<String> fields) {
    JsonNode options = security.path("seLinuxOptions");
    boolean bad = false;
    String type = Json.text(options, "type");
    if (!allowed.contains(type)) {
      types.add(type);
      bad = true;
    }
    for (String field : List.of("user", "role")) {
      if (!Json.text(options, field).isEmpty()) {
        fields.add(field);
        bad = true;
      }
    }
    return bad;
  }

  static Optional<Violation> sysctls(Subject subject) {
    var bad = new ArrayList<String>();
    for (JsonNode sysctl : subject.security().path("sysctls")) {
      String name = Json.text(sysctl, "name");
      if (SYSCTLS.getOrDefault(name, Integer.MAX_VALUE) > Math.min(subject.minor(), 1_000_000)) {
        bad.add(name);
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("forbidden sysctls", String.join(", ", bad)));
  }
}
