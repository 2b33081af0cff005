package dev.slipway.kubernetes;

import dev.slipway.api.KindRules;
import dev.slipway.api.KindRules.Admitting;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Answers a Kubernetes API that asks by webhook (`admission.k8s.io/v1 AdmissionReview`) with the
/// same [KindRules] as run in process elsewhere.
public final class AdmissionReviews {
  private final Map<String, List<KindRules>> rules = new HashMap<>();
  private final Cluster cluster;
  private final List<Kind> kinds;

  /// @param cluster where rules look up other objects
  /// @param kinds that they look up beside those of [Kinds]
  public AdmissionReviews(List<KindRules> rules, Cluster cluster, Collection<Kind> kinds) {
    this.cluster = cluster;
    this.kinds = Stream.concat(Kinds.all().stream(), kinds.stream()).distinct().toList();
    for (KindRules each : rules) {
      this.rules
          .computeIfAbsent(each.group() + "/" + each.kind(), _ -> new ArrayList<>())
          .add(each);
    }
  }

  /// Completes an object.
  ///
  /// @return the review with its response: a JSON patch where anything changes
  public ObjectNode mutate(ObjectNode review) {
    var asked = new Asked(review, this);
    ObjectNode response = allowed(asked);
    if (asked.object.isPresent()) {
      ObjectNode completed = asked.object.get().deepCopy();
      rules(asked).forEach(each -> each.complete(asked, completed));
      ArrayNode patch = patch(asked.object.get(), completed);
      if (!patch.isEmpty()) {
        String text = Base64.getEncoder().encodeToString(Json.bytes(patch));
        response.put("patchType", "JSONPatch").put("patch", text);
      }
    }
    return answer(asked, response);
  }

  /// Judges an object.
  ///
  /// @return the review with its response: a refusal with every problem where there are any
  public ObjectNode validate(ObjectNode review) {
    var asked = new Asked(review, this);
    ObjectNode response = allowed(asked);
    if (asked.object.isPresent()) {
      ObjectNode object = asked.object.get();
      var problems = new ArrayList<Problem>();
      rules(asked).forEach(each -> problems.addAll(each.judge(asked, object)));
      if (!problems.isEmpty()) {
        refuse(response, asked, problems);
      }
    }
    return answer(asked, response);
  }

  private List<KindRules> rules(Asked asked) {
    boolean leaving =
        asked
            .before()
            .filter(old -> !Json.text(old, "metadata", "deletionTimestamp").isEmpty())
            .isPresent();
    String name = Json.text(asked.request, "kind", "group") + "/" + asked.kind();
    return leaving || !Json.text(asked.request, "subResource").isEmpty()
        ? List.of()
        : rules.getOrDefault(name, List.of());
  }

  private static ObjectNode allowed(Asked asked) {
    return Json.object().put("uid", Json.text(asked.request, "uid")).put("allowed", true);
  }

  private static void refuse(ObjectNode response, Asked asked, List<Problem> problems) {
    String name = asked.object.map(each -> Json.text(each, "metadata", "name")).orElse("");
    ObjectNode status = response.put("allowed", false).putObject("status");
    status.put("status", "Failure").put("reason", "Invalid").put("code", 422);
    status.put("message", asked.kind() + " \"" + name + "\" is invalid: " + Problem.join(problems));
    ObjectNode details = status.putObject("details").put("name", name).put("kind", asked.kind());
    ArrayNode causes = details.putArray("causes");
    for (Problem each : problems) {
      causes
          .addObject()
          .put("reason", each.type().reason())
          .put("message", each.body())
          .put("field", each.field());
    }
  }

  private static ObjectNode answer(Asked asked, ObjectNode response) {
    if (!asked.told.isEmpty()) {
      asked.told.forEach(response.putArray("warnings")::add);
    }
    ObjectNode review = Json.object().put("apiVersion", "admission.k8s.io/v1");
    review.put("kind", "AdmissionReview").set("response", response);
    return review;
  }

  /// What changed, field for field of the object and of its metadata.
  private static ArrayNode patch(ObjectNode before, ObjectNode after) {
    ArrayNode patch = Json.array();
    differences(before, after, "", patch);
    return patch;
  }

  private static void differences(
      ObjectNode before, ObjectNode after, String path, ArrayNode patch) {
    var names = new TreeSet<>(before.propertyNames());
    names.addAll(after.propertyNames());
    for (String name : names) {
      String at = path + "/" + name.replace("~", "~0").replace("/", "~1");
      JsonNode was = before.path(name);
      JsonNode is = after.path(name);
      if (is.isMissingNode()) {
        patch.addObject().put("op", "remove").put("path", at);
      } else if (was instanceof ObjectNode one && is instanceof ObjectNode other) {
        differences(one, other, at, patch);
      } else if (!was.equals(is)) {
        patch.addObject().put("op", "add").put("path", at).set("value", is);
      }
    }
  }

  /// One request as rules see it.
  private static final class Asked implements Admitting {
    final ObjectNode request;
    final Optional<ObjectNode> object;
    final List<String> told = new ArrayList<>();
    private final Cluster cluster;
    private final List<Kind> kinds;

    Asked(ObjectNode review, AdmissionReviews asked) {
      this.request = review.get("request") instanceof ObjectNode given ? given : Json.object();
      this.object =
          request.get("object") instanceof ObjectNode given ? Optional.of(given) : Optional.empty();
      this.cluster = asked.cluster;
      this.kinds = asked.kinds;
    }

    String kind() {
      return Json.text(request, "kind", "kind");
    }

    @Override
    public Optional<ObjectNode> before() {
      return request.get("oldObject") instanceof ObjectNode old
          ? Optional.of(old)
          : Optional.empty();
    }

    @Override
    public String user() {
      return Json.text(request, "userInfo", "username");
    }

    @Override
    public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
      return kindOf(group, plural)
          .flatMap(kind -> cluster.get(kind.key(namespace, name)))
          .map(Resource::copy);
    }

    @Override
    public List<ObjectNode> list(String group, String plural, String namespace) {
      return kindOf(group, plural)
          .map(kind -> cluster.list(kind, namespace).stream().map(Resource::copy).toList())
          .orElse(List.of());
    }

    private Optional<Kind> kindOf(String group, String plural) {
      return kinds.stream()
          .filter(each -> each.group().equals(group) && each.plural().equals(plural))
          .findFirst();
    }

    @Override
    public Consumer<String> warnings() {
      return told::add;
    }
  }

  /// The configurations that make a Kubernetes API ask: `MutatingWebhookConfiguration` and
  /// `ValidatingWebhookConfiguration`, in this order.
  ///
  /// @param resources plurals by `GROUP/KIND`; kinds with rules that are not there are left out, as
  ///     are core kinds: every write of a ConfigMap would depend on us
  /// @param url where `/mutate` and `/validate` answer
  /// @param authority PEM of who signed the certificate shown there
  public List<ObjectNode> configurations(
      Map<String, String> resources, String url, String authority) {
    return List.of(
        configuration("Mutating", "/mutate", resources, url, authority),
        configuration("Validating", "/validate", resources, url, authority));
  }

  private ObjectNode configuration(
      String sort, String path, Map<String, String> resources, String url, String authority) {
    ObjectNode object = Json.object().put("apiVersion", "admissionregistration.k8s.io/v1");
    object.put("kind", sort + "WebhookConfiguration");
    object.putObject("metadata").put("name", "slipway");
    ObjectNode webhook = object.putArray("webhooks").addObject();
    webhook.put("name", path.substring(1) + ".slipway.dev").put("sideEffects", "None");
    webhook.put("failurePolicy", "Fail").put("matchPolicy", "Equivalent");
    webhook.put("timeoutSeconds", 10).putArray("admissionReviewVersions").add("v1");
    String bundle =
        Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII));
    webhook.putObject("clientConfig").put("url", url + path).put("caBundle", bundle);
    ArrayNode asked = webhook.putArray("rules");
    for (String each : new TreeSet<>(rules.keySet())) {
      String plural = resources.getOrDefault(each, "");
      String group = each.substring(0, each.indexOf('/'));
      if (!plural.isEmpty() && !group.isEmpty()) {
        ObjectNode rule = asked.addObject();
        rule.putArray("apiGroups").add(group);
        rule.putArray("apiVersions").add("*");
        rule.putArray("operations").add("CREATE").add("UPDATE");
        rule.putArray("resources").add(plural);
        rule.put("scope", "*");
      }
    }
    return object;
  }
}
