package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.layout.Versions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The versions of a model as its user wants them served, where its files do not say: the options
/// `version_policy` (`latest:2`, `all`, `specific:1,3`) and `version_labels` (`stable=1,canary=3`).
final class WantedVersions {
  static final String POLICY = "version_policy";
  static final String LABELS = "version_labels";

  private WantedVersions() {}

  static Versions of(Versions found, Map<String, String> options) throws ModelLoadException {
    var policy = options.getOrDefault(POLICY, "");
    var labels = options.getOrDefault(LABELS, "");
    if (policy.isEmpty() && labels.isEmpty()) {
      return found;
    }
    return new Versions(
        found.present(),
        policy.isEmpty() ? found.policy() : policy(policy),
        labels.isEmpty() ? found.labels() : labels(labels));
  }

  private static Versions.Policy policy(String text) throws ModelLoadException {
    if (text.equals("all")) {
      return new Versions.Policy.All();
    }
    if (text.matches("latest:\\d{1,9}")) {
      return new Versions.Policy.Latest(Integer.parseInt(text.substring("latest:".length())));
    }
    if (text.matches("specific:\\d{1,18}(,\\d{1,18})*")) {
      List<Long> wanted = new ArrayList<>();
      for (var number : text.substring("specific:".length()).split(",", -1)) {
        wanted.add(Long.parseLong(number));
      }
      return new Versions.Policy.Specific(wanted);
    }
    throw new ModelLoadException(
        POLICY + ": found \"" + text + "\", expected latest:N, all or specific:N,N");
  }

  private static Map<String, Long> labels(String text) throws ModelLoadException {
    var labels = new HashMap<String, Long>();
    for (var each : text.split(",", -1)) {
      if (!each.matches("[a-zA-Z0-9_]+=\\d{1,18}")) {
        throw new ModelLoadException(LABELS + ": found \"" + each + "\", expected LABEL=VERSION");
      }
      int equals = each.indexOf('=');
      labels.put(each.substring(0, equals), Long.parseLong(each.substring(equals + 1)));
    }
    return labels;
  }
}
