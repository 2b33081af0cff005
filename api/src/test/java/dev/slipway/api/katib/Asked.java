package dev.slipway.api.katib;

import dev.slipway.api.KindRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A request to store an experiment.
final class Asked implements KindRules.Admitting {
  private static final YAMLMapper YAML = new YAMLMapper();

  final List<String> warned = new ArrayList<>();
  private final Map<String, ObjectNode> maps = new HashMap<>();
  private Optional<ObjectNode> before = Optional.empty();

  static ObjectNode yaml(String text) {
    return (ObjectNode) YAML.readTree(text);
  }

  Asked replacing(ObjectNode old) {
    before = Optional.of(old);
    return this;
  }

  Asked with(String namespace, String name, String map) {
    maps.put(namespace + "/" + name, yaml(map));
    return this;
  }

  ObjectNode completed(String experiment) {
    ObjectNode object = yaml(experiment);
    new ExperimentRules().complete(this, object);
    return object;
  }

  /// What is wrong with an experiment, after defaults.
  List<String> problems(String experiment) {
    return judged(completed(experiment));
  }

  List<String> judged(ObjectNode experiment) {
    return new ExperimentRules().judge(this, experiment).stream().map(Object::toString).toList();
  }

  @Override
  public Optional<ObjectNode> before() {
    return before;
  }

  @Override
  public String user() {
    return "somebody";
  }

  @Override
  public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
    return Optional.ofNullable(maps.get(namespace + "/" + name))
        .filter(each -> plural.equals("configmaps"));
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
