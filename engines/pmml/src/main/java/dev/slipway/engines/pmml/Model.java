package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A model element, compiled: computes a [Prediction] of a row, then its output fields.
abstract class Model {
  private final Frame frame;
  private Step[] before = new Step[0];
  private Step[] after = new Step[0];
  private Optional<Targets> targets = Optional.empty();
  private final List<Field> outputs = new ArrayList<>();
  private final List<Field> answers = new ArrayList<>();

  /// What every model element has.
  ///
  /// @param target name and type of the field predicted
  record Frame(
      Element element,
      Scope scope,
      int id,
      Optional<String> target,
      Optional<DataField> targetField,
      Labels labels,
      boolean classifies) {

    Build build() {
      return scope.build();
    }
  }

  Model(Frame frame) {
    this.frame = frame;
  }

  final Frame frame() {
    return frame;
  }

  final Labels labels() {
    return frame.labels();
  }

  final boolean classifies() {
    return frame.classifies();
  }

  final int id() {
    return frame.id();
  }

  /// Output fields, by which outer models name them.
  final List<Field> outputs() {
    return outputs;
  }

  /// Output fields that are answers, those with `isFinalResult="false"` left out.
  final List<Field> answers() {
    return answers;
  }

  final Optional<Targets> targets() {
    return targets;
  }

  /// Takes `Targets` and `Output`, and fixes the steps; called once, when the model is compiled.
  final void finish() {
    var element = frame.element();
    targets = element.child("Targets").flatMap(found -> Targets.of(found, frame));
    var steps = new ArrayList<Step>();
    element.child("Output").ifPresent(found -> Outputs.compile(found, this, steps));
    before = frame.scope().steps().toArray(Step[]::new);
    after = steps.toArray(Step[]::new);
  }

  /// Adds an output field.
  final void output(Field field, boolean answer) {
    outputs.add(field);
    if (answer) {
      answers.add(field);
    }
    frame.scope().define(field.name(), field);
  }

  final boolean hasSteps() {
    return before.length > 0 || after.length > 0 || targets.isPresent();
  }

  final Prediction evaluate(Row row) {
    for (var step : before) {
      step.run(row);
    }
    var prediction = row.prediction(this);
    prediction.clear();
    score(row, prediction);
    if (targets.isPresent()) {
      targets.get().apply(prediction);
    }
    for (var step : after) {
      step.run(row);
    }
    return prediction;
  }

  /// Forgets what an earlier row left in the output fields.
  final void skip(Row row) {
    row.prediction(this).clear();
    for (var output : outputs) {
      row.clear(output);
    }
  }

  /// @param prediction empty, to be filled; left so if there is none
  abstract void score(Row row, Prediction prediction);

  /// The submodel with that segment id, for outputs that ask for one.
  Optional<Model> segment(String id) {
    return Optional.empty();
  }

  /// The name of what was predicted, where it has one besides its value.
  String display(Prediction prediction) {
    return prediction.label < 0 ? "" : labels().text(prediction.label);
  }
}
