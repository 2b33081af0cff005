package dev.slipway.api.training;

import dev.slipway.api.KindRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A request to store a job.
final class Asked implements KindRules.Admitting {
  private static final YAMLMapper YAML = new YAMLMapper();

  final List<String> warned = new ArrayList<>();
  private final @Nullable ObjectNode before;

  Asked(@Nullable ObjectNode before) {
    this.before = before;
  }

  static ObjectNode yaml(String text) {
    return (ObjectNode) YAML.readTree(text);
  }

  /// What is wrong with a job, after defaults.
  static List<String> problems(TrainingKind kind, String job) {
    return new Asked(null).judged(kind, yaml(job));
  }

  List<String> judged(TrainingKind kind, ObjectNode job) {
    var rules = new TrainingRules(kind);
    rules.complete(this, job);
    return rules.judge(this, job).stream().map(Object::toString).toList();
  }

  @Override
  public Optional<ObjectNode> before() {
    return Optional.ofNullable(before);
  }

  @Override
  public String user() {
    return "somebody";
  }

  @Override
  public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
    return Optional.empty();
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
