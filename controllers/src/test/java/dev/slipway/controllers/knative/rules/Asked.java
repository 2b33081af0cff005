package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// A request as the rules see it, and what they made of it.
final class Asked implements KindRules.Admitting {
  private final List<String> warned = new ArrayList<>();
  private final Map<String, ObjectNode> maps = new HashMap<>();
  private Optional<ObjectNode> before = Optional.empty();
  private String user = "ada";

  Asked replacing(ObjectNode object) {
    before = Optional.of(object);
    return this;
  }

  Asked by(String name) {
    user = name;
    return this;
  }

  /// With an entry of a ConfigMap of `knative-serving`.
  Asked with(String map, String key, String value) {
    Json.ensureObject(maps.computeIfAbsent(map, _ -> Json.object()), "data").put(key, value);
    return this;
  }

  ObjectNode complete(KindRules rules, String json) {
    ObjectNode object = Json.parseObject(json);
    rules.complete(this, object);
    return object;
  }

  /// The problems of an object once it is completed.
  List<String> problems(KindRules rules, ObjectNode object) {
    rules.complete(this, object);
    return rules.judge(this, object).stream().map(Problem::toString).toList();
  }

  List<String> warned() {
    return warned;
  }

  @Override
  public Optional<ObjectNode> before() {
    return before;
  }

  @Override
  public String user() {
    return user;
  }

  @Override
  public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
    return plural.equals("configmaps") && namespace.equals("knative-serving")
        ? Optional.ofNullable(maps.get(name))
        : Optional.empty();
  }

  @Override
  public List<ObjectNode> list(String group, String plural, String namespace) {
    return List.of();
  }

  @Override
  public Consumer<String> warnings() {
    return warned::add;
  }
}
