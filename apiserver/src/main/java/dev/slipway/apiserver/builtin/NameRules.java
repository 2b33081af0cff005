package dev.slipway.apiserver.builtin;

import dev.slipway.apiserver.resource.GroupVersionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Which rule the names of which kind follow. Kinds that are not listed, custom ones among them,
/// take DNS-1123 subdomains.
public final class NameRules {
  public static final NameRule SUBDOMAIN = NameRule.of(Names::dnsSubdomain);
  public static final NameRule LABEL = NameRule.of(Names::dnsLabel);
  public static final NameRule LABEL_1035 = NameRule.of(Names::dns1035Label);
  public static final NameRule PATH_SEGMENT =
      (name, prefix) -> prefix ? Names.pathSegmentPrefix(name) : Names.pathSegment(name);
  private static final NameRule ANY = (_, _) -> List.of();

  private static final String RBAC = "rbac.authorization.k8s.io/";
  private static final int LONGEST_CRONJOB = 52;

  private static final Map<String, NameRule> BY_KIND =
      Map.ofEntries(
          Map.entry("/Namespace", LABEL),
          Map.entry("/Service", LABEL),
          Map.entry("apps/StatefulSet", LABEL),
          Map.entry("batch/CronJob", NameRules::cronJob),
          Map.entry(RBAC + "Role", PATH_SEGMENT),
          Map.entry(RBAC + "RoleBinding", PATH_SEGMENT),
          Map.entry(RBAC + "ClusterRole", PATH_SEGMENT),
          Map.entry(RBAC + "ClusterRoleBinding", PATH_SEGMENT),
          Map.entry("certificates.k8s.io/CertificateSigningRequest", ANY),
          Map.entry("apiregistration.k8s.io/APIService", PATH_SEGMENT),
          Map.entry("coordination.k8s.io/LeaseCandidate", NameRules::configKey),
          Map.entry("storage.k8s.io/CSIStorageCapacity", SUBDOMAIN));

  private NameRules() {}

  /// The rule of a kind, whatever its version.
  public static NameRule forKind(GroupVersionKind kind) {
    return BY_KIND.getOrDefault(kind.group() + "/" + kind.kind(), SUBDOMAIN);
  }

  private static List<String> configKey(String name, boolean prefix) {
    return Names.configKey(name);
  }

  /// A CronJob appends an 11 character timestamp to make the names of its Jobs.
  private static List<String> cronJob(String name, boolean prefix) {
    var wrong = new ArrayList<>(SUBDOMAIN.check(name, prefix));
    if (!prefix && name.length() > LONGEST_CRONJOB) {
      wrong.add("must be no more than " + LONGEST_CRONJOB + " characters");
    }
    return wrong;
  }
}
