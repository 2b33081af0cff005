package dev.slipway.api.kserve;

import dev.slipway.api.KindRules;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A request as rules see it, with whatever a test says is there.
public final class FakeRequest implements KindRules.Admitting {
  private static final YAMLMapper YAML = new YAMLMapper();

  public final List<String> warned = new ArrayList<>();
  private final List<ObjectNode> there = new ArrayList<>();
  private @Nullable ObjectNode before;

  public static ObjectNode yaml(String text) {
    return (ObjectNode) YAML.readTree(text);
  }

  public FakeRequest with(String text) {
    there.add(yaml(text));
    return this;
  }

  public FakeRequest replacing(ObjectNode object) {
    before = object;
    return this;
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
    return list(group, plural, namespace).stream()
        .filter(each -> Json.text(each, "metadata", "name").equals(name))
        .findFirst();
  }

  @Override
  public List<ObjectNode> list(String group, String plural, String namespace) {
    return there.stream()
        .filter(each -> (Json.text(each, "kind") + "s").equalsIgnoreCase(plural))
        .filter(each -> Json.text(each, "metadata", "namespace").equals(namespace))
        .toList();
  }

  @Override
  public Consumer<String> warnings() {
    return warned::add;
  }
}
