package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The fields that can be named inside a model. Derived fields are compiled when first named, so
/// that their steps come in the order of their dependencies and the unused cost nothing.
final class Scope {
  private final Build build;
  private final Optional<Scope> outer;
  private final Map<String, Field> fields = new HashMap<>();
  private final Map<String, Element> derived = new HashMap<>();
  private final Set<String> underWay = new HashSet<>();
  private final List<Step> steps = new ArrayList<>();

  Scope(Build build) {
    this.build = build;
    this.outer = Optional.empty();
  }

  Scope(Scope outer) {
    this.build = outer.build;
    this.outer = Optional.of(outer);
  }

  Build build() {
    return build;
  }

  void define(String name, Field field) {
    fields.put(name, field);
  }

  void derive(Element transformations) {
    for (var element : transformations.children()) {
      if (element.name().equals("DerivedField")) {
        derived.put(element.text("name"), element);
      } else if (element.name().equals("DefineFunction")) {
        build.functions.putIfAbsent(element.text("name"), element);
      } else {
        throw PmmlException.unsupported(element);
      }
    }
  }

  void step(Step step) {
    steps.add(step);
  }

  /// Steps before the model can be scored.
  List<Step> steps() {
    return steps;
  }

  /// @throws PmmlException if no field has that name
  Field field(Element at, String name) {
    return find(name).orElseThrow(() -> new PmmlException(at, "there is no field " + name));
  }

  Optional<Field> find(String name) {
    var field = fields.get(name);
    if (field != null) {
      return Optional.of(field);
    }
    var element = derived.get(name);
    return element != null
        ? Optional.of(compile(name, element))
        : outer.flatMap(scope -> scope.find(name));
  }

  private Field compile(String name, Element element) {
    if (!underWay.add(name)) {
      throw new PmmlException(element, "the field " + name + " depends on itself");
    }
    var field = build.slot(name, Kind.of(element));
    var value = Expressions.of(Expressions.body(element), this);
    var expression = Expressions.within(value.as(field.kind()), this);
    steps.add(row -> expression.store(row, field));
    fields.put(name, field);
    return field;
  }
}
