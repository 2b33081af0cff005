package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// A whole document, compiled.
final class Document {
  private static final String NO_NAME = "predicted";

  private final Build build;
  private final Model model;
  private final List<InputField> inputs = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();

  /// @throws PmmlException if it is wrong or asks for something unsupported
  Document(Element root) {
    build = new Build(root);
    var element = scorable(root);
    var scope = new Scope(build);
    for (var field : element.needed("MiningSchema").children("MiningField")) {
      if (field.text("usageType", "active").equals("active")) {
        define(field, scope);
      }
    }
    root.child("TransformationDictionary").ifPresent(scope::derive);
    model = Models.compile(element, scope, Optional.empty());
    answer(scope);
  }

  private static Element scorable(Element root) {
    var models = root.children().stream().filter(Models::isModel).toList();
    if (models.isEmpty()) {
      throw new PmmlException(root, "there is no model");
    }
    return models.stream()
        .filter(each -> each.flag("isScorable", true))
        .findFirst()
        .orElse(models.getFirst());
  }

  private void define(Element element, Scope scope) {
    var data = build.dataFields.get(element.text("name"));
    if (data == null) {
      throw new PmmlException(element, "no DataField " + element.text("name"));
    }
    var input = new InputField(element, data, build);
    inputs.add(input);
    scope.define(data.name(), input.field());
  }

  private void answer(Scope scope) {
    var target = target(scope);
    answers.add(target);
    var names = new HashSet<String>();
    names.add(target.name());
    for (var field : model.answers()) {
      if (names.add(field.name())) {
        answers.add(Answer.of(field.name(), Expressions.reference(field, scope)));
      }
    }
    if (model.outputs().isEmpty() && model.classifies()) {
      for (int i = 0; i < model.labels().size(); i++) {
        int label = i;
        var score = Expression.of(Kind.DOUBLE, row -> row.prediction(model).scores[label]);
        answers.add(Answer.of("probability(" + model.labels().text(i) + ")", score));
      }
    }
  }

  private Answer target(Scope scope) {
    var value = Expressions.within(Outputs.predicted(model), scope);
    boolean whole =
        model.targets().map(Targets::whole).orElse(false)
            && model.frame().targetField().map(each -> each.kind() == Kind.INTEGER).orElse(false);
    return Answer.of(
        model.frame().target().orElse(NO_NAME), whole ? value.as(Kind.INTEGER) : value);
  }

  List<InputField> inputs() {
    return inputs;
  }

  List<Answer> answers() {
    return answers;
  }

  Row row() {
    return new Row(build);
  }

  void evaluate(Row row) {
    model.evaluate(row);
  }
}
