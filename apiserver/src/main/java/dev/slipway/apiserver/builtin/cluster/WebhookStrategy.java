package dev.slipway.apiserver.builtin.cluster;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import dev.slipway.base.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// ValidatingWebhookConfigurations and MutatingWebhookConfigurations.
///
/// Source: `pkg/apis/admissionregistration/validation/validation.go`.
final class WebhookStrategy extends KindStrategy {
  private static final List<String> REVIEWS = List.of("v1", "v1beta1");

  private final boolean mutating;

  WebhookStrategy(boolean mutating) {
    this.mutating = mutating;
  }

  @Override
  protected boolean hasStatus() {
    return false;
  }

  @Override
  protected void fill(ObjectNode configuration) {
    for (ObjectNode webhook : Defaults.items(configuration, "webhooks")) {
      Defaults.absentText(webhook, "failurePolicy", "Fail");
      Defaults.absentText(webhook, "matchPolicy", "Equivalent");
      Defaults.object(webhook, "namespaceSelector");
      Defaults.object(webhook, "objectSelector");
      Defaults.number(webhook, "timeoutSeconds", 10);
      if (mutating) {
        Defaults.absentText(webhook, "reinvocationPolicy", "Never");
      }
      Defaults.items(webhook, "rules").forEach(each -> Defaults.absentText(each, "scope", "*"));
      Defaults.present(webhook, "clientConfig", "service")
          .forEach(each -> Defaults.number(each, "port", 443));
    }
  }

  @Override
  protected void judge(Field configuration, Problems problems) {
    var names = new HashSet<String>();
    for (Field webhook : configuration.items("webhooks")) {
      webhook(webhook, problems);
      Field name = webhook.at("name");
      if (name.filled() && !names.add(name.text())) {
        problems.duplicate(name);
      }
    }
  }

  private void webhook(Field webhook, Problems problems) {
    Field name = webhook.at("name");
    if (problems.demand(name)) {
      problems.sentences(name, Names.domain(name.text(), 3));
    }
    webhook.items("rules").forEach(each -> MatchRules.operations(each, problems));
    problems.oneOf(webhook.at("failurePolicy"), List.of("Fail", "Ignore"));
    problems.oneOf(webhook.at("matchPolicy"), List.of("Equivalent", "Exact"));
    sideEffects(webhook.at("sideEffects"), problems);
    Field timeout = webhook.at("timeoutSeconds");
    if (timeout.present() && (timeout.number(0) < 1 || timeout.number(0) > 30)) {
      problems.invalid(timeout, "the timeout value must be between 1 and 30 seconds");
    }
    Selectors.judge(webhook.at("namespaceSelector"), problems);
    Selectors.judge(webhook.at("objectSelector"), problems);
    if (mutating) {
      problems.oneOf(webhook.at("reinvocationPolicy"), List.of("IfNeeded", "Never"));
    }
    client(webhook.at("clientConfig"), problems);
    MatchRules.conditions(webhook.at("matchConditions"), problems);
    reviews(webhook.at("admissionReviewVersions"), problems);
  }

  private static void sideEffects(Field effects, Problems problems) {
    List<String> none = List.of("None", "NoneOnDryRun");
    if (!effects.present()) {
      problems.required(effects, "must specify one of None, NoneOnDryRun");
    } else if (!none.contains(effects.text())) {
      problems.notSupported(effects, none);
    }
  }

  private static void client(Field client, Problems problems) {
    Field url = client.at("url");
    Field service = client.at("service");
    if (url.present() == service.present()) {
      problems.required(client, "exactly one of url or service is required");
    } else if (url.present()) {
      url(url, problems);
    } else {
      problems.demand(service.at("name"));
      problems.demand(service.at("namespace"));
      Field port = service.at("port");
      if (port.present() && !Names.port(port.number(0)).isEmpty()) {
        problems.invalid(port, "port is not valid: must be between 1 and 65535, inclusive");
      }
      path(service.at("path"), problems);
    }
  }

  private static void url(Field url, Problems problems) {
    try {
      var parsed = new URI(url.text());
      if (!"https".equals(parsed.getScheme())) {
        String scheme = parsed.getScheme() == null ? "" : parsed.getScheme();
        problems.invalid(
            url,
            "'https' is the only allowed URL scheme; desired format: https://host[/path]"
                + (scheme.isEmpty() ? "" : "; found " + scheme));
      }
      if (parsed.getHost() == null) {
        problems.invalid(url, "host must be specified; desired format: https://host[/path]");
      }
      if (parsed.getUserInfo() != null) {
        problems.invalid(url, "user information is not permitted in the URL");
      }
      if (parsed.getFragment() != null) {
        problems.invalid(url, "fragments are not permitted in the URL");
      }
      if (parsed.getQuery() != null) {
        problems.invalid(url, "query parameters are not permitted in the URL");
      }
    } catch (URISyntaxException _) {
      problems.required(url, "url must be a valid URL: desired format: https://host[/path]");
    }
  }

  private static void path(Field path, Problems problems) {
    String text = path.text();
    if (!path.present() || text.equals("/")) {
      return;
    }
    if (!text.startsWith("/")) {
      problems.invalid(path, "must start with a '/'");
      return;
    }
    String bare = text.endsWith("/") ? text.substring(1, text.length() - 1) : text.substring(1);
    String[] segments = bare.split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      if (segments[i].isEmpty()) {
        problems.invalid(path, "segment[" + i + "] may not be empty");
      } else {
        for (String each : Names.dnsSubdomain(segments[i])) {
          problems.invalid(path, "segment[" + i + "]: " + each);
        }
      }
    }
  }

  private static void reviews(Field versions, Problems problems) {
    if (versions.size() == 0) {
      problems.required(versions, "must specify one of " + String.join(", ", REVIEWS));
      return;
    }
    var seen = new HashSet<String>();
    for (Field version : versions.items()) {
      if (!seen.add(version.text())) {
        problems.invalid(version, "duplicate version");
      } else {
        problems.sentences(version, Names.dns1035Label(version.text()));
      }
    }
    if (REVIEWS.stream().noneMatch(seen::contains)) {
      problems.add(
          Problem.invalid(
              versions.path(),
              versions.value(),
              "must include at least one of " + String.join(", ", REVIEWS)));
    }
  }
}
